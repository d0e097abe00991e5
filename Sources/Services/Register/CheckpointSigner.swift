internal import Audit
internal import Register
internal import Store
public import TLS

/// Signs the heads of registers.
public struct CheckpointSigner: Sendable {
    private let key: SigningKey
    /// Where what was signed is kept outside the database; nil leaves the database alone as its own witness.
    let directory: CheckpointDirectory?

    /// - Parameter key: Ed25519 key that only this installation holds.
    public init(key: SigningKey, directory: CheckpointDirectory? = nil) {
        self.key = key
        self.directory = directory
    }

    /// The public half of the key.
    var publicKey: VerificationKey { key.verificationKey }

    /// The signed note for a checkpoint.
    func note(_ checkpoint: Checkpoint) throws -> String {
        let note = try checkpoint.signed(by: try NoteSigner(name: checkpoint.origin, key: key))
        return String(decoding: note.bytes, as: UTF8.self)
    }
}
