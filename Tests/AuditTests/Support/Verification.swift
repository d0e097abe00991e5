import Audit
import Register
import TLS

/// The report on a bundle or an excerpt, fed in pieces of a size.
func verify(
    _ bundle: [UInt8], piece: Int = 64 * 1024, keys: [VerificationKey]? = nil, register: String? = nil
) throws -> VerificationReport {
    let verifier = AuditVerifier(
        keys: try keys ?? [SigningKey(rawBytes: Array(1...32)).verificationKey], register: register)
    var offset = 0
    while offset < bundle.count {
        let end = min(offset + piece, bundle.count)
        bundle.withUnsafeBytes { verifier.feed(UnsafeRawBufferPointer(rebasing: $0[offset..<end])) }
        offset = end
    }
    return verifier.finish()
}

extension VerificationReport {
    /// Place of the first failure; empty without any.
    var firstPlace: String { failures.first?.place ?? "" }
    /// The first failure in words; empty without any.
    var firstText: String { failures.first?.description ?? "" }
}
