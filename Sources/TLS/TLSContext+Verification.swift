internal import COpenSSL
internal import Glibc

extension TLSContext {
    /// Whether this context would still let in the client of a connection that was made with another one, for example
    /// before a newer revocation list: nil when it would, else why not.
    ///
    /// Costs a check of signatures. The client of a resumed session showed no intermediates, so that it is refused when
    /// its certificate needs any.
    public func refusal(of connection: TLSConnection) -> TLSError? {
        guard SSL_CTX_get_verify_mode(pointer) & SSL_VERIFY_PEER != 0 else { return nil }
        guard let certificate = SSL_get1_peer_certificate(connection.ssl) else {
            return TLSError(.certificateRequired, "the peer has shown no certificate")
        }
        defer { X509_free(certificate) }
        guard let check = X509_STORE_CTX_new() else { return TLSError(.other, "out of memory") }
        defer {
            X509_STORE_CTX_free(check)
            ERR_clear_error()
        }
        let store = SSL_CTX_get_cert_store(pointer)
        guard X509_STORE_CTX_init(check, store, certificate, SSL_get_peer_cert_chain(connection.ssl)) == 1,
            X509_STORE_CTX_set_default(check, role == .server ? "ssl_client" : "ssl_server") == 1
        else { return TLSError(.other, "the certificate cannot be checked") }
        X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(check), TLSPolicy.securityLevel)
        if X509_verify_cert(check) == 1 { return nil }
        return OpenSSLErrors.verificationFailed(Int(X509_STORE_CTX_get_error(check)))
    }

    /// Whether a session that this context has let in is still good. Its certificate was checked when it began, against
    /// the same authorities and lists: only time can have changed the answer.
    func accepts(_ session: OpaquePointer?) -> Bool {
        if let end = revocationListEnds, end <= time(nil) { return false }
        guard SSL_CTX_get_verify_mode(pointer) & SSL_VERIFY_PEER != 0 else { return true }
        guard let session, let certificate = SSL_SESSION_get0_peer(session) else { return false }
        return X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0
    }
}
