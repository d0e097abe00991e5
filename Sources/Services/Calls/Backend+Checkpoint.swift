internal import Audit
internal import Register
internal import Store
public import TLS

/// Signs the heads of registers.
public struct CheckpointSigner: Sendable {
    private let key: SigningKey

    /// - Parameter key: Ed25519 key that only this installation holds.
    public init(key: SigningKey) {
        self.key = key
    }

    /// The signed note for a register at a size.
    func note(register: String, size: Int64, root: Hash) throws -> String {
        let name = BundleFormat.origin(register: register)
        let checkpoint = try Checkpoint(origin: name, size: Int(size), root: root)
        let note = try checkpoint.signed(by: try NoteSigner(name: name, key: key))
        return String(decoding: note.bytes, as: UTF8.self)
    }
}

extension Backend {
    /// The signed note for the first `size` entries: the one signed before, or a new one that is kept.
    func checkpoint(of register: Int32, name: String, size: Int64, as principal: Principal) async throws -> String {
        let reader = store.reader(principal)
        if let note = try await reader.checkpoint(register, size: size) { return note }
        let root = try await reader.registerRoot(register, size: size)
        let note = try signer.note(register: name, size: size, root: root)
        return try await store.write(as: principal) { session in
            try await session.keep(note: note, root: root, register: register, size: size)
        }
    }
}
