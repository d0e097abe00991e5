internal import Synchronization

/// The other side of a connection, the same for all its calls.
public final class Peer: Sendable {
    /// SHA-256 of the certificate's DER form; nil when the peer showed no certificate.
    public let certificateDigest: [UInt8]?
    /// The certificate's subject (RFC 2253), empty without a certificate.
    public let subject: String
    /// Address and port.
    public let address: String

    private let slot = Mutex<(any Sendable)?>(nil)

    public init(certificateDigest: [UInt8]?, subject: String, address: String) {
        self.certificateDigest = certificateDigest
        self.subject = subject
        self.address = address
    }

    /// Whatever services compute once per connection, for example the principal.
    public var attachment: (any Sendable)? {
        get { slot.withLock { $0 } }
        set { slot.withLock { $0 = newValue } }
    }
}
