internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// The approval of a settlement as it stood when the ballot was opened.
extension ApproveSettlement: JointChange {
    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.active, to: "approve a settlement")
        _ = try await approved(context)
    }

    /// The etag is that of the settlement as it stands now, also where the proposer gave none: whatever changes it
    /// while the members vote is not what they vote on.
    func frozen(_ context: ChangeContext) async throws -> Decision.OneOf_Change? {
        let ids = try ResourceName.ids(
            settlement, in: ["consortia", "settlements"], field: "decision.approve_settlement.settlement")
        let row = try await context.session.settlement(ids[1], in: context.caller.consortium, name: settlement)
        var change = self
        change.etag = Etag.text(row.position)
        return .approveSettlement(change)
    }

    func enact(_ context: ChangeContext) async throws {
        let code = try await approved(context)
        try await context.session.moveSettlement(
            code, to: Int16(API.SettlementState.approved.rawValue), in: context.caller.consortium,
            at: try await context.nextPosition())
        try await context.append(.settlementApproved(.with { $0.settlement = settlement }))
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        _ = try await approved(context)
        return [ChangeEffect(subject: settlement, before: "CALCULATED", after: "APPROVED")]
    }

    /// The settlement's code. Throws INVALID_STATE unless it is calculated, ETAG_MISMATCH if it is another one than the
    /// members vote on.
    private func approved(_ context: ChangeContext) async throws -> String {
        let field = "decision.approve_settlement.settlement"
        let ids = try ResourceName.ids(settlement, in: ["consortia", "settlements"], field: field)
        try context.caller.require(ids[0], field: field)
        let row = try await context.session.settlement(ids[1], in: context.caller.consortium, name: settlement)
        try row.require(etag: etag, name: settlement)
        var state = try Domain.SettlementState(number: row.state)
        try state.transition(to: .approved)
        return ids[1]
    }
}
