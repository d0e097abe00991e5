/// An Ed25519 private key (RFC 8032), with which a log signs its checkpoints.
public struct SigningKey: Sendable {
    private let key: Ed25519Key
    /// The public half.
    public let verificationKey: VerificationKey

    private init(_ key: Ed25519Key) throws(KeyError) {
        self.key = key
        verificationKey = try VerificationKey(rawBytes: key.rawPublicBytes())
    }

    /// A new key from the operating system's randomness.
    public static func generate() throws(KeyError) -> SigningKey {
        var generator = SystemRandomNumberGenerator()
        let seed = (0..<Ed25519Key.rawByteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return try SigningKey(rawBytes: seed)
    }

    /// The key with the 32 secret bytes of RFC 8032, section 5.1.5.
    public init(rawBytes: [UInt8]) throws(KeyError) {
        try self.init(Ed25519Key(rawPrivateBytes: rawBytes))
    }

    /// Reads a PKCS #8 block (`BEGIN PRIVATE KEY`, RFC 8410). Encrypted keys are refused, never asked a password for.
    public init(pem: String) throws(KeyError) {
        try self.init(Ed25519Key(privatePEM: pem))
    }

    /// Reads a PEM file as `init(pem:)` does.
    public init(pemFile path: String) throws(KeyError) {
        try self.init(pem: KeyFile.read(path))
    }

    /// The 32 secret bytes of RFC 8032, section 5.1.5.
    public var rawBytes: [UInt8] {
        get throws(KeyError) { try key.rawPrivateBytes() }
    }

    /// The key as an unencrypted PKCS #8 PEM block.
    public var pem: String {
        get throws(KeyError) { try key.privatePEM() }
    }

    /// Writes the PEM block to a new file that only its owner may read; an existing file is never overwritten.
    public func write(pemFile path: String) throws(KeyError) {
        try KeyFile.write(pem, to: path, mode: 0o600)
    }

    /// The signature of `bytes`, 64 bytes; the same for the same bytes at all times (RFC 8032, section 5.1.6).
    public func sign(_ bytes: [UInt8]) throws(KeyError) -> [UInt8] {
        try key.sign(bytes)
    }
}
