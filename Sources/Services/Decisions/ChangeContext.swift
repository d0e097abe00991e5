internal import API
internal import Domain
internal import Store

/// Where a change of a consortium happens: the transaction, the consortium, and who caused it.
struct ChangeContext {
    let session: Session
    let caller: Participant
    let stamp: RequestStamp
    let today: Domain.CivilDate

    init(session: Session, caller: Participant, stamp: RequestStamp, today: Domain.CivilDate = Clock.today()) {
        self.session = session
        self.caller = caller
        self.stamp = stamp
        self.today = today
    }

    /// The consortium as it stands, with everyone who is or will be a member.
    func consortium() async throws -> ConsortiumRow {
        try await session.consortium(caller.consortium, name: caller.name)
    }

    /// The same with the members of today.
    func consortiumToday() async throws -> ConsortiumRow {
        try await session.consortium(caller.consortium, on: today, knownAt: .max, name: caller.name)
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

    /// Records the next state of the consortium, and of members with it, under one entry.
    @discardableResult
    func record(
        _ consortium: ConsortiumRow, members: [MemberRow] = [],
        _ entry: (Consortium) -> RegisterEntry.OneOf_Change
    ) async throws -> (consortium: Consortium, position: Int64) {
        let position = try await nextPosition()
        try await session.record(consortium, at: position)
        if !members.isEmpty { try await session.record(members, in: caller.consortium, at: position) }
        let stored = try Consortium(await self.consortium())
        return (stored, try await append(entry(stored)))
    }

    /// Records the next state of a membership.
    @discardableResult
    func record(
        _ member: MemberRow, _ entry: (Membership) -> RegisterEntry.OneOf_Change
    ) async throws -> (membership: Membership, position: Int64) {
        let position = try await nextPosition()
        try await session.record(member, in: caller.consortium, at: position)
        let currency = try await consortium().currency
        let stored = Membership(member, consortium: caller.name, currency: currency)
        return (stored, try await append(entry(stored)))
    }
}
