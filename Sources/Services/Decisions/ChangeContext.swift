internal import API
internal import Domain
internal import Store

/// Where a joint change happens: the transaction, the consortium, and who caused it.
struct ChangeContext {
    let session: Session
    let caller: Participant
    let stamp: RequestStamp

    /// The consortium as it stands.
    func consortium() async throws -> ConsortiumRow {
        try await session.consortium(caller.consortium, name: caller.name)
    }

    /// The position that the next entry of the consortium's register will have; locks the register.
    func nextPosition() async throws -> Int64 {
        try await session.head(of: caller.consortium).nextPosition
    }

    /// Appends an entry to the consortium's register and returns its position.
    @discardableResult
    func append(_ change: RegisterEntry.OneOf_Change) async throws -> Int64 {
        try await session.head(of: caller.consortium)
            .append(change, to: caller.name, by: caller.principal, for: stamp)
    }
}
