internal import Audit
internal import Domain
internal import Register
internal import Store
internal import TLS

extension Backend {
    /// The signed note for the first `size` entries, without co-signatures: the one signed before, or a new one that is
    /// kept. Signed is only what does not contradict the newest checkpoint that was published.
    func checkpoint(of register: Int32, name: String, size: Int64, as principal: Principal) async throws -> String {
        let reader = store.reader(principal)
        if let note = try await reader.checkpoint(register, size: size) { return note }
        let generation = try await reader.registerGeneration(register)
        let checkpoint = try Checkpoint(
            origin: BundleFormat.origin(register: name, generation: Int(generation)), size: Int(size),
            root: try await reader.registerRoot(register, size: size))
        if let published = try await signer.directory?.newest(checkpoint.origin) {
            try await reader.requirePrefix(published, of: register, name: name)
        }
        let note = try signer.note(checkpoint)
        // Kept outside first: whatever a caller has seen is there, even if the database forgets it.
        try await signer.directory?.publish(note, of: checkpoint)
        return try await store.write(as: principal) { session in
            try await session.keep(
                note: note, of: checkpoint, publicKey: signer.publicKey.rawBytes, register: register)
        }
    }
}

extension Reader {
    /// Refuses a register that does not begin with every entry a published checkpoint covers.
    func requirePrefix(_ published: Checkpoint, of register: Int32, name: String) async throws {
        let size = try await registerSize(register)
        if Int64(published.size) <= size,
            try await registerRoot(register, size: Int64(published.size)) == published.root
        {
            return
        }
        throw Failure(
            .registerNotSigning,
            "the register \(name) has \(size) entries and does not begin with the \(published.size) of its newest "
                + "published checkpoint: the database has lost entries; bring them back from a newer backup, or let "
                + "the operator run \"allmende admin register recover\"",
            resource: ResourceReference(type: "register", name: name))
    }
}
