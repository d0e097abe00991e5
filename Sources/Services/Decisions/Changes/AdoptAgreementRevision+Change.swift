internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// The adoption of a drafted revision: fixed while the members vote, in force from its first day once they agree.
extension AdoptAgreementRevision: JointChange {
    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.active, to: "adopt an agreement")
        var state = try await revision(context).state
        // Before its ballot opens, the revision is a draft; while it is open, the revision waits for its end.
        try state.transition(to: decision.state == .open ? .inForce : .inVote)
    }

    func opened(_ context: ChangeContext) async throws {
        try await move(context, to: .inVote) { .agreementRevisionPutToVote($0) }
    }

    func enact(_ context: ChangeContext) async throws {
        try await move(context, to: .inForce) { .agreementRevisionAdopted($0) }
    }

    func undo(_ context: ChangeContext) async throws {
        try await move(context, to: .rejected) { .agreementRevisionRejected($0) }
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        let state = try await revision(context).state
        return [ChangeEffect(subject: agreementRevision, before: state.rawValue, after: "IN_FORCE")]
    }

    private func move(
        _ context: ChangeContext, to next: Domain.AgreementRevisionState,
        _ entry: (AgreementRevision) -> RegisterEntry.OneOf_Change
    ) async throws {
        var (agreement, row, state) = try await revision(context)
        let position = try await context.nextPosition()
        var content = try AgreementRevision(serializedBytes: row.content)
        try state.transition(to: next)
        content.state = API.AgreementRevisionState(state)
        content.registerPosition = position
        row.state = Int16(content.state.rawValue)
        row.content = try content.serializedBytes()
        try await context.session.record(row, of: agreement, in: context.caller.consortium, at: position)
        try await context.append(entry(content))
    }

    private func revision(
        _ context: ChangeContext
    ) async throws -> (agreement: String, row: AgreementRevisionRow, state: Domain.AgreementRevisionState) {
        let field = "decision.adopt_agreement_revision.agreement_revision"
        let name = try AgreementRevisionName(agreementRevision, field: field)
        try context.caller.require(name.consortium, field: field)
        let row = try await context.session.agreementRevision(
            name.revision, of: name.agreement, in: context.caller.consortium, name: agreementRevision)
        return (name.agreement, row, try Domain.AgreementRevisionState(number: row.state))
    }
}
