/// The oldest version of the protocol that is spoken.
public enum TLSVersion: Sendable {
    case tls12
    case tls13
}

/// What a server needs to answer on TLS. Files are PEM and are read when the context is made.
public struct TLSServerConfiguration: Sendable {
    /// The server's certificate, followed by its intermediates.
    public var certificateFile: String
    public var privateKeyFile: String
    /// Authorities whose client certificates are accepted. When set, a client must show a certificate;
    /// nil asks for none (measurements and tests only).
    public var clientAuthorityFile: String?
    /// Lists of revoked certificates (CRL, RFC 5280 section 5), one for each authority that issues client certificates
    /// and each above it. When set, a client is refused whose certificate, or an authority between it and the first, is
    /// on its issuer's list, and also one for whom such a list is not here, or past its next update: who cannot be
    /// checked is not let in. Nil checks nothing.
    public var revocationListFile: String?
    public var minimumVersion: TLSVersion
    /// Offered by preference (ALPN, RFC 7301). A client that shares none or offers none is refused; an empty list
    /// asks for nothing (conformance tools only).
    public var applicationProtocols: [String]

    public init(
        certificateFile: String, privateKeyFile: String, clientAuthorityFile: String?,
        revocationListFile: String? = nil, minimumVersion: TLSVersion = .tls13, applicationProtocols: [String] = ["h2"]
    ) {
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
        self.clientAuthorityFile = clientAuthorityFile
        self.revocationListFile = revocationListFile
        self.minimumVersion = minimumVersion
        self.applicationProtocols = applicationProtocols
    }

    /// Every file that is read.
    public var files: [String] {
        [certificateFile, privateKeyFile] + [clientAuthorityFile, revocationListFile].compactMap(\.self)
    }
}

/// What a client needs to call over TLS. Files are PEM and are read when the context is made.
public struct TLSClientConfiguration: Sendable {
    /// Authorities that may have issued the server's certificate.
    public var serverAuthorityFile: String
    /// The client's own certificate and key, for servers that ask for one.
    public var certificateFile: String?
    public var privateKeyFile: String?
    /// The name or address the server's certificate must carry; nil takes the host that is connected to.
    public var serverName: String?
    public var minimumVersion: TLSVersion
    /// Required (ALPN, RFC 7301): a server that selects none of them is not used.
    public var applicationProtocols: [String]

    public init(
        serverAuthorityFile: String, certificateFile: String? = nil, privateKeyFile: String? = nil,
        serverName: String? = nil, minimumVersion: TLSVersion = .tls13, applicationProtocols: [String] = ["h2"]
    ) {
        self.serverAuthorityFile = serverAuthorityFile
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
        self.serverName = serverName
        self.minimumVersion = minimumVersion
        self.applicationProtocols = applicationProtocols
    }
}
