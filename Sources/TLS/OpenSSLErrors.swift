internal import COpenSSL
internal import Glibc

/// Reads OpenSSL's per-thread error queue and turns it into a typed error.
enum OpenSSLErrors {
    /// Takes everything out of the queue; the text of the first entry, which is the root cause.
    static func drain() -> (reason: Int32, text: String) {
        let first = ERR_get_error()
        while ERR_get_error() != 0 {}
        guard first != 0 else { return (0, "no further detail") }
        var buffer = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(first, &buffer, buffer.count)
        let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        // ERR_GET_REASON is inline in C: the lower 23 bits of a library error (openssl/err.h).
        return (Int32(truncatingIfNeeded: first & 0x7F_FFFF), String(decoding: text, as: UTF8.self))
    }

    /// The error of a file or option that OpenSSL did not accept.
    static func configuration(_ what: String) -> TLSError {
        TLSError(.configuration, "\(what): \(drain().text)")
    }

    /// The error of a handshake or transfer that failed with `SSL_ERROR_SSL`.
    static func connection(_ ssl: OpaquePointer) -> TLSError {
        let verification = SSL_get_verify_result(ssl)
        let (reason, text) = drain()
        if reason == SSL_R_CERTIFICATE_VERIFY_FAILED, verification != Int(X509_V_OK) {
            return verificationFailed(verification)
        }
        return TLSError(kind(ofReason: reason), text)
    }

    static func verificationFailed(_ code: Int) -> TLSError {
        let text = "the peer's certificate was not accepted: " + String(cString: X509_verify_cert_error_string(code))
        switch Int32(code) {
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID: return TLSError(.certificateExpired, text)
        case X509_V_ERR_CERT_REVOKED: return TLSError(.certificateRevoked, text)
        case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_NOT_YET_VALID,
            X509_V_ERR_CRL_SIGNATURE_FAILURE:
            return TLSError(.revocationUnknown, text)
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: return TLSError(.nameMismatch, text)
        default: return TLSError(.certificateUntrusted, text)
        }
    }

    /// Alerts arrive as reasons from 1000 on: 1000 plus the number of the alert (RFC 8446 section 6).
    private static func kind(ofReason reason: Int32) -> TLSError.Kind {
        switch reason {
        case 1044: .certificateRevoked
        case 1045: .certificateExpired
        case 1042, 1043, 1046, 1048, 1049: .certificateRefused
        case 1116, SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: .certificateRequired
        // The one callback that fails is that for a hello without ALPN.
        case 1120, SSL_R_NO_APPLICATION_PROTOCOL, SSL_R_CALLBACK_FAILED: .noApplicationProtocol
        case 1070, 1040, SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST,
            SSL_R_NO_SHARED_CIPHER, SSL_R_NO_PROTOCOLS_AVAILABLE:
            .protocolMismatch
        case SSL_R_UNEXPECTED_EOF_WHILE_READING: .closed
        default: .other
        }
    }
}
