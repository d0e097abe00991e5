internal import COpenSSL

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

    /// - Throws: `TLSError` of kind `.configuration` that names the file at fault.
    public init(_ configuration: TLSServerConfiguration) throws {
        role = .server
        serverName = nil
        protocols = TLSContext.wireForm(configuration.applicationProtocols)
        pointer = try TLSContext.make(TLS_server_method(), minimum: configuration.minimumVersion)
        try useCertificate(configuration.certificateFile, key: configuration.privateKeyFile)
        SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, out, outLength, offered, offeredLength, context in
                let me = Unmanaged<TLSContext>.fromOpaque(context!).takeUnretainedValue()
                return me.select(out, outLength, offered, offeredLength)
            }, Unmanaged.passUnretained(self).toOpaque())
        if let authorities = configuration.clientAuthorityFile {
            try trust(authorities)
            SSL_CTX_set_client_CA_list(pointer, SSL_load_client_CA_file(authorities))
            SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
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

    /// Suites and groups of BSI TR-02102-2 (2025) sections 3.3 and 3.4, cheapest first.
    private static let suites13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_AES_128_CCM_SHA256"
    private static let suites12 =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        + "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"
    private static let groups = "P-256:P-384:P-521"

    // Bits of SSL_CTX_set_options, which are function-like macros in openssl/ssl.h.
    private static let noTicket: UInt64 = 1 << 14
    private static let noCompression: UInt64 = 1 << 17
    private static let serverPreference: UInt64 = 1 << 22
    private static let noRenegotiation: UInt64 = 1 << 30

    private static func make(_ method: OpaquePointer?, minimum: TLSVersion) throws -> OpaquePointer {
        guard let pointer = SSL_CTX_new(method) else { throw OpenSSLErrors.configuration("cannot create a context") }
        let version = minimum == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version), nil)
        // Resumption is off: every connection proves its certificate anew, and idle ones hold no session.
        SSL_CTX_set_options(pointer, noTicket | noCompression | serverPreference | noRenegotiation)
        SSL_CTX_set_num_tickets(pointer, 0)
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
        // Buffers go back between records, and a blocked write may be retried from another address.
        let mode =
            SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
        SSL_CTX_ctrl(pointer, SSL_CTRL_MODE, Int(mode), nil)
        // One read(2) fetches header and body of a record, and the next records with it.
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_READ_AHEAD, 1, nil)
        var groups = Array(groups.utf8CString)
        guard SSL_CTX_set_ciphersuites(pointer, suites13) == 1, SSL_CTX_set_cipher_list(pointer, suites12) == 1,
            SSL_CTX_ctrl(pointer, SSL_CTRL_SET_GROUPS_LIST, 0, &groups) == 1
        else {
            SSL_CTX_free(pointer)
            throw OpenSSLErrors.configuration("cipher suites or groups are not available")
        }
        return pointer
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
    }

    private func trust(_ file: String) throws {
        guard SSL_CTX_load_verify_file(pointer, file) == 1 else {
            throw OpenSSLErrors.configuration("cannot read the authorities in \(file)")
        }
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
