internal import API
internal import Domain
internal import Store

/// The admission of a party that has applied.
extension AdmitMember: JointChange {
    private static let field = "decision.admit_member"

    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.active, to: "admit a member")
        _ = try await admitted(context)
    }

    func enact(_ context: ChangeContext) async throws {
        try await context.record(try await admitted(context)) { .membershipBegan($0) }
    }

    /// Where the members say no, the application is closed with it.
    func undo(_ context: ChangeContext) async throws {
        let code = try ResourceName.id(party, in: "parties", field: Self.field + ".party")
        let current = try await context.session.memberships(in: context.caller.consortium, knownAt: .max)
            .last { $0.partyCode == code }
        guard let current, try current.domainState() == .applied else { return }
        try await context.closeApplication(current)
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        let member = try await admitted(context)
        let day = member.validFrom.map { " from \($0)" } ?? ""
        return [
            ChangeEffect(
                subject: "\(context.caller.name)/memberships/\(member.partyCode)", before: "APPLIED",
                after: "ACTIVE\(day) with a vote weight of \(member.voteWeight)")
        ]
    }

    private func admitted(_ context: ChangeContext) async throws -> MemberRow {
        let field = Self.field
        let consortium = try await context.consortium()
        var checks = FieldChecks()
        let code = checks.id(party, in: "parties", field: field + ".party")
        checks.require(voteWeight > 0, field + ".vote_weight", "must be greater than zero")
        let day = checks.date(validFrom, isSet: hasValidFrom, field: field + ".valid_from")
        if hasBuyIn { checks.sum(buyIn, currency: consortium.currency, field: field + ".buy_in") }
        checks.require(
            consortium.members.count < Limits.members, field, "would make more than \(Limits.members) members")
        try checks.finish()
        let all = try await context.session.memberships(in: context.caller.consortium, knownAt: .max)
            .filter { $0.partyCode == code! }
        guard let newest = all.last else {
            throw Failure(
                .invalidState, "party \(code!) has not applied; to be admitted its membership must be APPLIED"
            ).about("party", party)
        }
        var member = try newest.moved(to: .active)
        for former in all.dropLast() where former.validUntil.map({ day! < $0 }) ?? true {
            throw Failure.invalid(field + ".valid_from", "must not lie before the end of the party's former membership")
        }
        member.voteWeight = voteWeight
        member.validFrom = day!
        member.buyIn = hasBuyIn ? buyIn.minorUnits : nil
        return member
    }
}

extension ChangeContext {
    /// Closes an application for membership that leads nowhere.
    @discardableResult
    func closeApplication(_ member: MemberRow) async throws -> Int64 {
        let position = try await nextPosition()
        try await session.closeApplication(member, in: caller.consortium, at: position)
        let closed = Membership(member, consortium: caller.name, currency: try await consortium().currency)
        return try await append(.membershipApplicationClosed(closed))
    }
}
