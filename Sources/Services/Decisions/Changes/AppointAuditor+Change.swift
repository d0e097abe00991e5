internal import API
internal import Domain
internal import Store

/// The appointment of an auditor for some days.
extension AppointAuditorByDecision: JointChange {
    private static let field = "decision.appoint_auditor"

    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.active, .inLiquidation, to: "appoint an auditor")
        _ = try await appointed(context)
    }

    func enact(_ context: ChangeContext) async throws {
        let (id, days) = try await appointed(context)
        try await context.session.appointAuditor(
            id, to: context.caller.consortium, on: days, recordedFrom: context.nextPosition())
        var entry = AuditorAppointed()
        entry.party = party
        entry.valid = valid
        try await context.append(.auditorAppointed(entry))
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        let (_, days) = try await appointed(context)
        return [ChangeEffect(subject: party, before: "", after: "auditor of \(context.caller.name) on \(days)")]
    }

    private func appointed(_ context: ChangeContext) async throws -> (Int32, Domain.DateRange) {
        var checks = FieldChecks()
        let code = checks.id(party, in: "parties", field: Self.field + ".party")
        let days = checks.range(valid, isSet: hasValid, needsEnd: false, field: Self.field + ".valid")
        try checks.finish()
        let id = try await context.session.partyID(code!, field: Self.field + ".party")
        guard try await !context.session.isAuditor(id, of: context.caller.consortium, on: days!) else {
            throw Failure(.invalidState, "\(code!) is an auditor on some of these days already").about("party", party)
        }
        return (id, days!)
    }
}
