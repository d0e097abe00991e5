internal import COpenSSL

/// Who the other side is, read from its certificate once per connection.
public struct PeerIdentity: Sendable, Equatable {
    /// SHA-256 of the certificate's DER form (32 bytes).
    public let certificateDigest: [UInt8]
    /// The subject's distinguished name in the form of RFC 2253.
    public let subject: String

    public init(certificateDigest: [UInt8], subject: String) {
        self.certificateDigest = certificateDigest
        self.subject = subject
    }

    init?(certificate: OpaquePointer) {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        guard X509_digest(certificate, EVP_sha256(), &digest, &length) == 1, length == 32 else { return nil }
        certificateDigest = digest
        subject = PeerIdentity.text(of: X509_get_subject_name(certificate))
    }

    private static func text(of name: OpaquePointer?) -> String {
        guard let name, let sink = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(sink) }
        // XN_FLAG_RFC2253 without ASN1_STRFLGS_ESC_MSB, so that umlauts stay UTF-8.
        let flags =
            UInt(XN_FLAG_SEP_COMMA_PLUS | XN_FLAG_DN_REV | XN_FLAG_FN_SN | XN_FLAG_DUMP_UNKNOWN_FIELDS)
            | UInt(
                ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_DUMP_UNKNOWN
                    | ASN1_STRFLGS_DUMP_DER)
        guard X509_NAME_print_ex(sink, name, 0, flags) >= 0 else { return "" }
        var start: UnsafeMutablePointer<UInt8>?
        let length = BIO_ctrl(sink, BIO_CTRL_INFO, 0, &start)
        guard let start, length > 0 else { return "" }
        return String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
    }
}
