internal import COpenSSL
internal import Glibc

/// Certificates, keys, authorities and protocol choices shared by many connections.
///
/// Read-only after `init`, and OpenSSL counts references to it atomically, so loops share one.
public final class TLSContext: @unchecked Sendable {  // SSL_CTX is not changed after init
    enum Role { case server, client }

    let pointer: OpaquePointer
    let role: Role
    let serverName: String?
    /// ALPN in wire form: each name behind its length (RFC 7301 section 3.1).
    private let protocols: [UInt8]
    /// When the own certificate ends, in seconds of Unix time; nil without one.
    public private(set) var certificateEnds: Int?
    /// When the first of the revocation lists is due for its next update, in seconds of Unix time; nil without any.
    public private(set) var revocationListEnds: Int?

    /// - Throws: `TLSError` of kind `.configuration` that names the file at fault.
    public init(_ configuration: TLSServerConfiguration) throws {
        role = .server
        serverName = nil
        protocols = TLSContext.wireForm(configuration.applicationProtocols)
        pointer = try TLSContext.make(TLS_server_method(), minimum: configuration.minimumVersion)
        try useCertificate(configuration.certificateFile, key: configuration.privateKeyFile)
        let me = Unmanaged.passUnretained(self).toOpaque()
        if requiresApplicationProtocol { selectProtocol(me) }
        allowResumption(me)
        if let authorities = configuration.clientAuthorityFile {
            try trust(authorities)
            SSL_CTX_set_client_CA_list(pointer, SSL_load_client_CA_file(authorities))
            SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        if let lists = configuration.revocationListFile { try refuseRevoked(lists) }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> TLSContext {
        Unmanaged<TLSContext>.fromOpaque(context!).takeUnretainedValue()
    }

    var requiresApplicationProtocol: Bool { !protocols.isEmpty }

    private func selectProtocol(_ me: UnsafeMutableRawPointer) {
        SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, out, outLength, offered, offeredLength, context in
                TLSContext.of(context).select(out, outLength, offered, offeredLength)
            }, me)
        // The callback above is not called for a client that offers no protocol at all.
        SSL_CTX_set_client_hello_cb(
            pointer,
            { ssl, alert, _ in
                var start: UnsafePointer<UInt8>?
                var count = 0
                let name = UInt32(TLSEXT_TYPE_application_layer_protocol_negotiation)
                if SSL_client_hello_get0_ext(ssl, name, &start, &count) == 1 { return SSL_CLIENT_HELLO_SUCCESS }
                alert?.pointee = TLS1_AD_NO_APPLICATION_PROTOCOL
                return SSL_CLIENT_HELLO_ERROR
            }, nil)
    }

    /// Clients may resume sessions with tickets, which only this context can read: what one context has let in is never
    /// carried past the next, with newer authorities and revocation lists. The ticket holds the client's certificate.
    private func allowResumption(_ me: UnsafeMutableRawPointer) {
        let name = Array("allmende".utf8)
        SSL_CTX_set_session_id_context(pointer, name, UInt32(name.count))
        SSL_CTX_set_num_tickets(pointer, 1)
        SSL_CTX_set_timeout(pointer, TLSPolicy.ticketLifetime)
        SSL_CTX_set_session_ticket_cb(
            pointer, nil,
            { _, session, _, _, status, context in
                guard status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW else {
                    return SSL_TICKET_RETURN_IGNORE_RENEW
                }
                // Anything but a session that is still good leads to a whole handshake, with all its checks.
                guard TLSContext.of(context).accepts(session) else { return SSL_TICKET_RETURN_IGNORE_RENEW }
                return SSL_TICKET_RETURN_USE
            }, me)
    }

    /// - Throws: `TLSError` of kind `.configuration` that names the file at fault.
    public init(_ configuration: TLSClientConfiguration) throws {
        role = .client
        serverName = configuration.serverName
        protocols = TLSContext.wireForm(configuration.applicationProtocols)
        pointer = try TLSContext.make(TLS_client_method(), minimum: configuration.minimumVersion)
        if let certificate = configuration.certificateFile {
            try useCertificate(certificate, key: configuration.privateKeyFile ?? certificate)
        }
        try trust(configuration.serverAuthorityFile)
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        SSL_CTX_set_alpn_protos(pointer, protocols, UInt32(protocols.count))
    }

    deinit { SSL_CTX_free(pointer) }

    private static func wireForm(_ names: [String]) -> [UInt8] {
        names.flatMap { [UInt8(clamping: $0.utf8.count)] + $0.utf8.prefix(255) }
    }

    /// Three records with what surrounds them. From 64 KiB on, the C library tidies up its heap whenever one goes back.
    private static let readBuffer = 3 * (TLSConnection.maximumRecord + 256)

    // Bits of SSL_CTX_set_options, which are function-like macros in openssl/ssl.h.
    private static let noCompression: UInt64 = 1 << 17
    private static let serverPreference: UInt64 = 1 << 22
    private static let noRenegotiation: UInt64 = 1 << 30

    private static func make(_ method: OpaquePointer?, minimum: TLSVersion) throws -> OpaquePointer {
        OpenSSLLibrary.ready
        guard let pointer = SSL_CTX_new(method) else { throw OpenSSLErrors.configuration("cannot create a context") }
        let version = minimum == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version), nil)
        SSL_CTX_set_options(pointer, noCompression | serverPreference | noRenegotiation)
        // Sessions are kept in tickets by who wants to resume them, and never in memory.
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
        // An idle connection has no buffers.
        SSL_CTX_ctrl(pointer, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
        // One read(2) fetches header and body of a record, and the next records with it.
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_READ_AHEAD, 1, nil)
        SSL_CTX_set_default_read_buffer_len(pointer, TLSContext.readBuffer)
        SSL_CTX_set_security_level(pointer, TLSPolicy.securityLevel)
        guard SSL_CTX_set_ciphersuites(pointer, TLSPolicy.suites13) == 1,
            SSL_CTX_set_cipher_list(pointer, TLSPolicy.suites12) == 1,
            set(SSL_CTRL_SET_GROUPS_LIST, TLSPolicy.groups, in: pointer),
            set(SSL_CTRL_SET_SIGALGS_LIST, TLSPolicy.signatures, in: pointer),
            set(SSL_CTRL_SET_CLIENT_SIGALGS_LIST, TLSPolicy.signatures, in: pointer)
        else {
            SSL_CTX_free(pointer)
            throw OpenSSLErrors.configuration("cipher suites, groups or signature algorithms are not available")
        }
        return pointer
    }

    private static func set(_ list: Int32, _ names: String, in pointer: OpaquePointer) -> Bool {
        var text = Array(names.utf8CString)
        return SSL_CTX_ctrl(pointer, list, 0, &text) == 1
    }

    private func useCertificate(_ certificate: String, key: String) throws {
        guard SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
            throw OpenSSLErrors.configuration("cannot use the certificate file \(certificate)")
        }
        guard SSL_CTX_use_PrivateKey_file(pointer, key, SSL_FILETYPE_PEM) == 1 else {
            throw OpenSSLErrors.configuration("cannot use the private key file \(key)")
        }
        guard SSL_CTX_check_private_key(pointer) == 1 else {
            throw OpenSSLErrors.configuration(
                "the private key in \(key) does not fit the certificate in \(certificate)")
        }
        certificateEnds = SSL_CTX_get0_certificate(pointer).flatMap { TLSContext.seconds(of: X509_get0_notAfter($0)) }
    }

    private func trust(_ file: String) throws {
        guard SSL_CTX_load_verify_file(pointer, file) == 1 else {
            throw OpenSSLErrors.configuration("cannot read the authorities in \(file)")
        }
    }

    private func refuseRevoked(_ file: String) throws {
        let store = SSL_CTX_get_cert_store(pointer)
        guard let source = BIO_new_file(file, "r") else {
            throw OpenSSLErrors.configuration("cannot read the revocation lists in \(file)")
        }
        defer { BIO_free(source) }
        var count = 0
        while let list = PEM_read_bio_X509_CRL(source, nil, nil, nil) {
            defer { X509_CRL_free(list) }
            guard X509_STORE_add_crl(store, list) == 1 else {
                throw OpenSSLErrors.configuration("cannot use a revocation list in \(file)")
            }
            count += 1
            guard let end = TLSContext.seconds(of: X509_CRL_get0_nextUpdate(list)) else { continue }
            revocationListEnds = min(revocationListEnds ?? end, end)
        }
        // The end of the file is an error of its own kind: it finds no further beginning.
        let (reason, text) = OpenSSLErrors.drain()
        guard count > 0, reason == PEM_R_NO_START_LINE else {
            throw TLSError(.configuration, "cannot read the revocation lists in \(file): \(text)")
        }
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL))
    }

    /// Unix time of a date in a certificate.
    private static func seconds(of date: UnsafePointer<ASN1_TIME>?) -> Int? {
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard let date, ASN1_TIME_diff(&days, &seconds, nil, date) == 1 else { return nil }
        return time(nil) + Int(days) * 86_400 + Int(seconds)
    }

    private func select(
        _ out: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ outLength: UnsafeMutablePointer<UInt8>?,
        _ offered: UnsafePointer<UInt8>?, _ offeredLength: UInt32
    ) -> Int32 {
        var chosen: UnsafeMutablePointer<UInt8>?
        let found = protocols.withUnsafeBufferPointer {
            SSL_select_next_proto(&chosen, outLength, $0.baseAddress, UInt32($0.count), offered, offeredLength)
        }
        guard found == OPENSSL_NPN_NEGOTIATED, let chosen else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        // The name found lies in our own list or in the peer's hello; OpenSSL copies it before either goes.
        out?.pointee = UnsafePointer(chosen)
        return SSL_TLSEXT_ERR_OK
    }
}
