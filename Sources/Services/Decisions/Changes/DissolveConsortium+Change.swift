internal import API
internal import Domain
internal import Store

/// The dissolution: from now on the consortium is in liquidation, and every membership ends on its last day at the
/// latest.
extension DissolveConsortium: JointChange {
    private static let field = "decision.dissolve_consortium"

    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.active, to: "dissolve it")
        _ = try await day(context, decision)
    }

    func enact(_ context: ChangeContext) async throws {
        let consortium = try await context.consortium()
        let day = try await self.day(context, nil)
        let members = consortium.members.map { member in
            var member = member
            // A member that was to join later never does for long: its membership lasts one day.
            let last = member.validFrom.map { max(day, $0.adding(days: 1) ?? $0) } ?? day
            member.validUntil = min(member.validUntil ?? last, last)
            return member
        }
        let dissolving = try consortium.moved(to: .inLiquidation) { $0.dissolvedOn = API.CivilDate(day) }
        try await context.record(dissolving, members: members) { .consortiumLiquidationBegun($0) }
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        let day = try await self.day(context, nil)
        let members = try await context.consortium().members.map { member in
            ChangeEffect(
                subject: "\(context.caller.name)/memberships/\(member.partyCode) end",
                before: member.validUntil.map(\.description) ?? "", after: "\(min(member.validUntil ?? day, day))")
        }
        return [ChangeEffect(subject: context.caller.name, before: "ACTIVE", after: "IN_LIQUIDATION")] + members
    }

    /// The day must lie ahead when the ballot opens; when it passes later, the memberships end at once.
    private func day(_ context: ChangeContext, _ decision: Decision?) async throws -> Domain.CivilDate {
        let field = Self.field + ".dissolved_on"
        var checks = FieldChecks()
        let day = checks.date(dissolvedOn, isSet: hasDissolvedOn, field: field)
        if let decision, decision.state == .unspecified {
            checks.require(day.map { context.today < $0 } ?? true, field, "must lie after today")
        }
        try checks.finish()
        return day!
    }
}
