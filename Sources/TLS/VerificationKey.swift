/// An Ed25519 public key (RFC 8032).
public struct VerificationKey: Sendable, Equatable {
    private let key: Ed25519Key
    /// The 32 bytes of the encoded point (RFC 8032, section 5.1.5).
    public let rawBytes: [UInt8]

    /// The key with the given 32 bytes.
    public init(rawBytes: [UInt8]) throws(KeyError) {
        key = try Ed25519Key(rawPublicBytes: rawBytes)
        self.rawBytes = rawBytes
    }

    /// Reads a SubjectPublicKeyInfo block (`BEGIN PUBLIC KEY`, RFC 8410).
    public init(pem: String) throws(KeyError) {
        key = try Ed25519Key(publicPEM: pem)
        rawBytes = try key.rawPublicBytes()
    }

    /// Reads a PEM file as `init(pem:)` does.
    public init(pemFile path: String) throws(KeyError) {
        try self.init(pem: KeyFile.read(path))
    }

    /// The key as a SubjectPublicKeyInfo PEM block.
    public var pem: String {
        get throws(KeyError) { try key.publicPEM() }
    }

    /// Writes the PEM block to a new file that all may read; an existing file is never overwritten.
    public func write(pemFile path: String) throws(KeyError) {
        try KeyFile.write(pem, to: path, mode: 0o644)
    }

    /// Whether `signature` is this key's signature over `bytes` (RFC 8032, section 5.1.7).
    public func verify(_ signature: [UInt8], over bytes: [UInt8]) -> Bool {
        key.verify(signature, over: bytes)
    }

    public static func == (left: VerificationKey, right: VerificationKey) -> Bool {
        left.rawBytes == right.rawBytes
    }
}
