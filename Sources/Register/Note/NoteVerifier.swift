public import TLS

/// A name and an Ed25519 public key that may sign notes (C2SP signed-note).
public struct NoteVerifier: Sendable, Equatable {
    /// What the key signs; the number is part of its id.
    public enum SignatureType: UInt8, Sendable {
        /// The text of the note.
        case note = 0x01
        /// The text of a checkpoint and when it was seen (C2SP tlog-cosignature): what a witness signs.
        case cosignature = 0x04
    }

    /// What the key signs.
    public let type: SignatureType
    /// Key name; for a log the same as the origin of its checkpoints.
    public let name: String
    /// The public key.
    public let key: VerificationKey
    /// First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), big-endian.
    public let keyID: UInt32

    /// A verifier for a key known from elsewhere, for example from a PEM file.
    public init(name: String, key: VerificationKey, type: SignatureType = .note) throws(VerifierKeyError) {
        guard KeyName.isValid(name) else { throw .invalidName(name) }
        self.type = type
        self.name = name
        self.key = key
        let digest = SHA256.hash(Array(name.utf8) + [0x0A, type.rawValue] + key.rawBytes)
        keyID = digest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    /// Reads a verifier key string, `name+id+base64(type ‖ public key)`.
    public init(_ text: String) throws(VerifierKeyError) {
        // The base 64 may hold plus signs of its own.
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { throw .malformed }
        guard parts[1].utf8.count == 8, let id = Hexadecimal.decode(parts[1]) else { throw .malformedKeyID(parts[1]) }
        guard let bytes = Base64.decode(parts[2].utf8), let number = bytes.first else { throw .malformedKey }
        guard let type = SignatureType(rawValue: number) else { throw .unsupportedAlgorithm(number) }
        let key: VerificationKey
        do {
            key = try VerificationKey(rawBytes: Array(bytes.dropFirst()))
        } catch {
            throw .unusableKey(error)
        }
        try self.init(name: parts[0], key: key, type: type)
        let found = id.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard keyID == found else { throw .keyIDMismatch(expected: keyID, found: found) }
    }

    /// The verifier key string, `name+id+base64(type ‖ public key)`.
    public var text: String {
        let id = withUnsafeBytes(of: keyID.bigEndian) { Hexadecimal.encode($0) }
        return "\(name)+\(id)+\(Base64.encode([type.rawValue] + key.rawBytes))"
    }

    /// Whether a signature line bears this verifier's name and key id.
    func matches(_ signature: NoteSignature) -> Bool {
        // Byte by byte: == on strings takes different spellings of one character for equal.
        signature.keyID == keyID && signature.name.utf8.elementsEqual(name.utf8)
    }

    /// Whether a signature that matches was made by this key over a text.
    func verify(_ signature: NoteSignature, over text: [UInt8]) -> Bool {
        switch type {
        case .note:
            return key.verify(signature.bytes, over: text)
        case .cosignature:
            guard let seconds = signature.cosignatureTime else { return false }
            return key.verify(
                Array(signature.bytes.dropFirst(8)), over: Array("cosignature/v1\ntime \(seconds)\n".utf8) + text)
        }
    }
}

extension NoteSignature {
    /// When a witness signed, in seconds since 1970-01-01T00:00:00Z; nil where the signature is no co-signature by its
    /// length or its time lies beyond 2^63 − 1.
    public var cosignatureTime: Int64? {
        guard bytes.count == 8 + 64 else { return nil }
        return Int64(exactly: bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
