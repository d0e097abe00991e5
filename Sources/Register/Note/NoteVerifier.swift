public import TLS

/// A name and an Ed25519 public key that may sign notes (C2SP signed-note).
public struct NoteVerifier: Sendable, Equatable {
    /// The signature type of plain Ed25519 signatures.
    static let algorithm: UInt8 = 0x01

    /// Key name; for a log the same as the origin of its checkpoints.
    public let name: String
    /// The public key.
    public let key: VerificationKey
    /// First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), big-endian.
    public let keyID: UInt32

    /// A verifier for a key known from elsewhere, for example from a PEM file.
    public init(name: String, key: VerificationKey) throws(VerifierKeyError) {
        guard KeyName.isValid(name) else { throw .invalidName(name) }
        self.name = name
        self.key = key
        keyID = Self.keyID(name: name, key: key)
    }

    /// Reads a verifier key string, `name+id+base64(0x01 ‖ public key)`.
    public init(_ text: String) throws(VerifierKeyError) {
        // The base 64 may hold plus signs of its own.
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { throw .malformed }
        guard parts[1].utf8.count == 8, let id = Hexadecimal.decode(parts[1]) else { throw .malformedKeyID(parts[1]) }
        guard let bytes = Base64.decode(parts[2].utf8), let algorithm = bytes.first else { throw .malformedKey }
        guard algorithm == Self.algorithm else { throw .unsupportedAlgorithm(algorithm) }
        let key: VerificationKey
        do {
            key = try VerificationKey(rawBytes: Array(bytes.dropFirst()))
        } catch {
            throw .unusableKey(error)
        }
        try self.init(name: parts[0], key: key)
        let found = id.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard keyID == found else { throw .keyIDMismatch(expected: keyID, found: found) }
    }

    /// The verifier key string, `name+id+base64(0x01 ‖ public key)`.
    public var text: String {
        let id = withUnsafeBytes(of: keyID.bigEndian) { Hexadecimal.encode($0) }
        return "\(name)+\(id)+\(Base64.encode([Self.algorithm] + key.rawBytes))"
    }

    /// Whether a signature line bears this verifier's name and key id.
    func matches(_ signature: NoteSignature) -> Bool {
        // Byte by byte: == on strings takes different spellings of one character for equal.
        signature.keyID == keyID && signature.name.utf8.elementsEqual(name.utf8)
    }

    private static func keyID(name: String, key: VerificationKey) -> UInt32 {
        let digest = SHA256.hash(Array(name.utf8) + [0x0A, algorithm] + key.rawBytes)
        return digest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
}
