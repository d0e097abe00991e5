internal import API
internal import Domain
internal import Store

/// The end of a ballot: closes it and enacts its change in the same transaction, or undoes what its opening did.
struct BallotClosing {
    let context: ChangeContext

    /// The row with the state that follows from its votes; OPEN when the missing ones can still turn the result.
    ///
    /// A change that is no longer possible when it would be carried is withdrawn with the reason, so that no vote is
    /// lost and no ballot stays open for ever.
    func count(_ row: DecisionRow, isClosed: Bool) async throws -> DecisionRow {
        var row = row
        var state = Domain.DecisionState(try row.verdict(isClosed: isClosed).outcome)
        if state == .passed {
            let decision = try Decision(row, consortium: context.caller.name)
            do {
                try await decision.joint.change.check(context, decision)
            } catch let failure as Failure {
                state = .withdrawn
                row.note = "carried, but no longer possible: \(failure.message)"
            }
        }
        row.state = Int16(API.DecisionState(state).rawValue)
        return row
    }

    /// Ends a ballot whose entry stands at a position, and does what follows from it.
    func close(_ row: DecisionRow, at position: Int64) async throws {
        try await context.session.close(row, in: context.caller.consortium, at: position)
        let decision = try Decision(row, consortium: context.caller.name)
        if decision.state == .passed {
            try await decision.joint.change.enact(context)
        } else {
            try await decision.joint.change.undo(context)
        }
    }

    /// Ends a ballot without a vote, with an entry of its own.
    func closeByItself(_ row: DecisionRow) async throws -> (decision: Decision, position: Int64) {
        var closed = DecisionClosed()
        let decision = try Decision(row, consortium: context.caller.name)
        closed.decision = decision.name
        closed.state = decision.state
        let position = try await context.append(.decisionClosed(closed))
        try await close(row, at: position)
        return (decision, position)
    }
}
