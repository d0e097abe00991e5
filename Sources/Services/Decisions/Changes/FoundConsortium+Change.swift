internal import API
internal import Domain
internal import Store

/// The founding: it binds every member, so everyone must agree whatever the charter says. Where the legal form needs
/// it, the supervisory authority comes after.
extension FoundConsortium: JointChange {
    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.forming, to: "found it")
    }

    func enact(_ context: ChangeContext) async throws {
        let forming = try await context.consortium()
        if forming.needsApproval {
            try await context.record(try forming.moved(to: .awaitingApproval)) { .consortiumFounded($0) }
        } else {
            let (active, members) = try forming.begun(today: context.today)
            try await context.record(active, members: members) { .consortiumFounded($0) }
        }
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        let after = try await context.consortium().needsApproval ? "AWAITING_APPROVAL" : "ACTIVE"
        return [ChangeEffect(subject: context.caller.name, before: "FORMING", after: after)]
    }
}

extension ConsortiumRow {
    /// The consortium at work, and its founders as members from the day of its establishment on.
    func begun(
        today: Domain.CivilDate, _ change: (inout Consortium) -> Void = { _ in }
    ) throws -> (ConsortiumRow, [MemberRow]) {
        let terms = try terms()
        var checks = FieldChecks()
        let established =
            terms.hasEstablishedOn
            ? checks.date(terms.establishedOn, isSet: true, field: "consortium.established_on") : nil
        try checks.finish()
        let start = established ?? today
        let active = try moved(to: .active) { terms in
            terms.establishedOn = API.CivilDate(start)
            change(&terms)
        }
        let founders = try members.map { founder in
            var member = try founder.moved(to: .active)
            member.validFrom = start
            return member
        }
        return (active, founders)
    }
}
