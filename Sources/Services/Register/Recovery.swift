internal import API
internal import Audit
internal import Domain
internal import Register
public import Store

/// Lets a register go on after its database has lost entries that a published checkpoint covers: under a new origin, so
/// that nobody can take the two histories for one, and with an entry that names what is lost.
public struct Recovery: Sendable {
    /// What was found and done.
    public struct Outcome: Sendable, Equatable {
        /// Entries the published checkpoint covers.
        public let publishedSize: Int
        /// Positions of the entries that are lost or may be.
        public let lost: Range<Int64>
        /// The origin from now on.
        public let origin: String
    }

    private let store: Store
    private let directory: CheckpointDirectory

    /// - Parameters:
    ///   - store: on a connection of the database's owner.
    ///   - directory: where checkpoints were published.
    public init(store: Store, directory: CheckpointDirectory) {
        self.store = store
        self.directory = directory
    }

    /// Begins the next generation of a register; does nothing to one that bears its published checkpoint out.
    ///
    /// - Parameter name: platform, or consortia/{consortium}.
    /// - Returns: nil where nothing is lost.
    /// - Throws: `Failure` for an unknown register or one without a published checkpoint.
    public func recover(_ name: String) async throws -> Outcome? {
        let nobody = Principal(partyID: 0, partyCode: "operator", role: .operator, credentialDigest: [], consortia: [:])
        let register = try await store.reader(nobody).registerID(name)
        // Hashes are shown by scope even to the owner.
        let principal = Principal(
            partyID: 0, partyCode: "operator", role: .operator, credentialDigest: [], consortia: [name: register])
        return try await store.write(as: principal) { session in
            let head = try await session.head(of: register)
            let generation = Int(try await session.registerGeneration(register))
            let origin = BundleFormat.origin(register: name, generation: generation)
            guard let note = try await directory.note(origin) else {
                throw Failure(.invalidState, "no checkpoint was published under \(origin); there is nothing to compare")
            }
            let published = try Checkpoint(text: SignedNote(parsing: Array(note.utf8)).text)
            do {
                try await session.requirePrefix(published, of: register, name: name)
                return nil
            } catch let failure as Failure where failure.reason == .registerNotSigning {
                let common = try await session.newestSignedSize(register, below: Int64(published.size)) ?? 0
                let size = head.nextPosition
                var change = RegisterRecovered()
                change.checkpoint = note
                change.lostFrom = size < Int64(published.size) ? size : common
                change.lostUntil = Int64(published.size)
                change.generation = try await session.beginGeneration(register)
                let stamp = try RequestStamp("00000000-0000-0000-0000-000000000000", digestOf: Array(note.utf8))
                try head.append(.registerRecovered(change), to: name, by: principal, for: stamp)
                return Outcome(
                    publishedSize: published.size, lost: change.lostFrom..<change.lostUntil,
                    origin: BundleFormat.origin(register: name, generation: Int(change.generation)))
            }
        }
    }
}
