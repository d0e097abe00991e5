public import TLS

/// Verifies an audit bundle or an excerpt, whichever the archive is.
///
/// Not Sendable: it belongs to the task that reads the archive.
public final class AuditVerifier {
    private let keys: [VerificationKey]
    private let register: String?
    /// The beginning, until it tells what follows.
    private var beginning: [UInt8] = []
    private var bundle: BundleVerifier?
    private var excerpt: ExcerptVerifier?

    /// A verifier at the start of an archive.
    ///
    /// - Parameters:
    ///   - keys: public keys of the register; one of them must have signed.
    ///   - register: the register that the archive must be of, for example `consortia/itzgrund`; nil takes whichever
    ///     the checkpoint names, and the reader of the report compares.
    public init(keys: [VerificationKey], register: String? = nil) {
        self.keys = keys
        self.register = register
    }

    /// Takes the next bytes. What is wrong with them stands in the report.
    public func feed(_ bytes: UnsafeRawBufferPointer) {
        if let bundle { return bundle.feed(bytes) }
        if let excerpt { return excerpt.feed(bytes) }
        beginning.append(contentsOf: bytes)
        if beginning.count >= ExcerptFormat.recognisable { begin() }
    }

    /// As the other form, for bytes in an array.
    public func feed(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { feed($0) }
    }

    /// Says, when no more bytes come, what was found.
    public func finish() -> VerificationReport {
        if bundle == nil && excerpt == nil { begin() }
        if let excerpt { return excerpt.finish() }
        return (bundle ?? BundleVerifier(keys: keys, register: register)).finish()
    }

    private func begin() {
        if ExcerptFormat.isExcerpt(beginning) {
            let verifier = ExcerptVerifier(keys: keys, register: register)
            beginning.withUnsafeBytes { verifier.feed($0) }
            excerpt = verifier
        } else {
            let verifier = BundleVerifier(keys: keys, register: register)
            verifier.feed(beginning)
            bundle = verifier
        }
        beginning = []
    }
}
