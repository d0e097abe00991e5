internal import API
internal import Domain

/// A change that a consortium decides on: one file in `Changes` for each kind, and one line in `Decision.jointChange`.
///
/// `check` is asked when the ballot opens and again before the change is enacted, since the world goes on in between.
/// All of it runs in one transaction with the register's entries.
protocol JointChange: Sendable {
    /// Refuses a change that could not be enacted as things stand; changes nothing.
    func check(_ context: ChangeContext, _ decision: Decision) async throws

    /// What follows from the opening of the ballot itself.
    func opened(_ context: ChangeContext) async throws

    /// Carries the change out, as the members have decided.
    func enact(_ context: ChangeContext) async throws

    /// Undoes what the opening did, since the members have not decided so.
    func undo(_ context: ChangeContext) async throws

    /// What `enact` would change as things stand; changes nothing.
    func preview(_ context: ChangeContext) async throws -> [ChangeEffect]
}

extension JointChange {
    func opened(_ context: ChangeContext) async throws {}
    func undo(_ context: ChangeContext) async throws {}
}

/// One thing that a change replaces, in words.
struct ChangeEffect: Sendable, Equatable {
    /// Resource name of what is changed, and which part of it.
    let subject: String
    /// What holds now; empty when there is nothing yet.
    let before: String
    /// What would hold.
    let after: String
}

extension Decision {
    /// What the decision would change.
    var jointChange: any JointChange {
        get throws {
            switch change {
            case .foundConsortium(let change): change
            case .setOwnership(let change): change
            case .adoptAgreementRevision(let change): change
            case .approveSettlement(let change): change
            case .reopenPeriod(let change): change
            case nil: throw Failure.missing("decision.change")
            }
        }
    }

    func requireUnanimity(_ why: String) throws {
        guard rule == .unanimous else {
            throw Failure.invalid("decision.rule", "must be VOTING_RULE_UNANIMOUS: \(why)")
        }
    }
}
