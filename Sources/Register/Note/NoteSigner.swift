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

    /// Signs the text of a note.
    func sign(_ text: [UInt8]) throws(KeyError) -> NoteSignature {
        NoteSignature(name: verifier.name, keyID: verifier.keyID, bytes: try key.sign(text))
    }
}
