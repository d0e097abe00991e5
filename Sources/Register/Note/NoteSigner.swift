public import TLS

/// A name and an Ed25519 private key that sign notes.
public struct NoteSigner: Sendable {
    private let key: SigningKey
    /// The public half.
    public let verifier: NoteVerifier

    /// A signer of the given name; for a log the origin of its checkpoints.
    public init(name: String, key: SigningKey) throws(VerifierKeyError) {
        self.key = key
        verifier = try NoteVerifier(name: name, key: key.verificationKey)
    }

    /// Witnesses a checkpoint (C2SP tlog-cosignature): says that it was seen at a time, in seconds since
    /// 1970-01-01T00:00:00Z, and that nothing seen before contradicts it.
    public static func cosign(
        _ checkpoint: Checkpoint, name: String, key: SigningKey, seconds: Int64
    ) throws -> NoteSignature {
        let verifier = try NoteVerifier(name: name, key: key.verificationKey, type: .cosignature)
        let signature = try key.sign(Array("cosignature/v1\ntime \(seconds)\n\(checkpoint.text)".utf8))
        let time = withUnsafeBytes(of: UInt64(bitPattern: seconds).bigEndian) { Array($0) }
        return NoteSignature(name: name, keyID: verifier.keyID, bytes: time + signature)
    }

    /// Signs the text of a note.
    func sign(_ text: [UInt8]) throws(KeyError) -> NoteSignature {
        NoteSignature(name: verifier.name, keyID: verifier.keyID, bytes: try key.sign(text))
    }
}
