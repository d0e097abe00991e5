/// Why a context could not be built or a connection could not be secured.
public struct TLSError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The causes a caller can act on, told apart.
    public enum Kind: Sendable, Equatable {
        /// A certificate, key or authority file is missing, unreadable or does not fit its counterpart.
        case configuration
        /// The peer's certificate, or one of its issuers, is outside its period of validity.
        case certificateExpired
        /// The peer's certificate does not lead to a trusted authority.
        case certificateUntrusted
        /// The peer's certificate is on its authority's list of revoked ones.
        case certificateRevoked
        /// Whether the peer's certificate is revoked cannot be told: its authority's list is missing or out of date.
        case revocationUnknown
        /// The peer's certificate is made out for another name.
        case nameMismatch
        /// The peer asked for a certificate and got none.
        case certificateRequired
        /// The peer refused our certificate.
        case certificateRefused
        /// The two sides share no application protocol (ALPN, RFC 7301).
        case noApplicationProtocol
        /// The two sides share no version or cipher suite, or the peer does not speak TLS at all.
        case protocolMismatch
        /// The connection ended in the middle of the exchange.
        case closed
        /// Anything else.
        case other
    }

    public let kind: Kind
    /// A sentence for logs and operators; never holds key material.
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}
