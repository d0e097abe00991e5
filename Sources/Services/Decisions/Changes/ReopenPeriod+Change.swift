internal import API
internal import Domain
internal import Store

/// The opening of a closed period, which only a decision may do.
extension ReopenPeriod: JointChange {
    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.active, to: "reopen a period")
        _ = try await reopened(context)
    }

    func enact(_ context: ChangeContext) async throws {
        var row = try await reopened(context)
        row.position = try await context.nextPosition()
        try await context.session.record(row, in: context.caller.consortium)
        try await context.append(.periodReopened(Period(row, consortium: context.caller.name)))
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        _ = try await reopened(context)
        return [ChangeEffect(subject: period, before: "CLOSED", after: "REOPENED")]
    }

    /// The period as it will be. Throws INVALID_STATE unless it is closed.
    private func reopened(_ context: ChangeContext) async throws -> PeriodRow {
        let field = "decision.reopen_period.period"
        let ids = try ResourceName.ids(period, in: ["consortia", "periods"], field: field)
        try context.caller.require(ids[0], field: field)
        var row = try await context.session.period(ids[1], in: context.caller.consortium, name: period)
        var state = try Domain.PeriodState(number: row.state)
        try state.transition(to: .reopened)
        row.state = Int16(API.PeriodState(state).rawValue)
        row.closedSize = nil
        return row
    }
}
