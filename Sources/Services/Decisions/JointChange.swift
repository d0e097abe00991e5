internal import API
internal import Domain
internal import Store

/// A change that a consortium decides on: one file in `Changes` for each kind, and one line in `Decision.joint`.
///
/// `check` is asked when the ballot opens (the decision's state is then unspecified) and again before the change is
/// enacted (it is OPEN), since the world goes on in between. All of it runs in one transaction with the register's
/// entries.
protocol JointChange: Sendable {
    /// Refuses a change that could not be enacted as things stand; changes nothing.
    func check(_ context: ChangeContext, _ decision: Decision) async throws

    /// What the members vote on: the change with all that is fixed when the ballot opens.
    func frozen(_ context: ChangeContext) async throws -> Decision.OneOf_Change?

    /// The majority it needs, by the charter's majority for its kind.
    func majority(_ charter: Domain.MajorityRule, _ context: ChangeContext) async throws -> Domain.MajorityRule

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
    func frozen(_ context: ChangeContext) async throws -> Decision.OneOf_Change? { nil }
    func majority(_ charter: Domain.MajorityRule, _ context: ChangeContext) async throws -> Domain.MajorityRule {
        charter
    }
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
    /// What the decision would change, and the kind for which the charter sets the majority.
    var joint: (kind: ChangeKind, change: any JointChange) {
        get throws {
            switch change {
            case .foundConsortium(let change): (.foundConsortium, change)
            case .setOwnership(let change): (.setOwnership, change)
            case .adoptAgreementRevision(let change): (.adoptAgreementRevision, change)
            case .admitMember(let change): (.admitMember, change)
            case .amendCharter(let change): (.amendCharter, change)
            case .publishRelease(let change): (.publishRelease, change)
            case .withdrawRelease(let change): (.withdrawRelease, change)
            case .appointAuditor(let change): (.appointAuditor, change)
            case .dissolveConsortium(let change): (.dissolveConsortium, change)
            case .approveSettlement(let change): (.approveSettlement, change)
            case .reopenPeriod(let change): (.reopenPeriod, change)
            case .terminateAgreement(let change): (.terminateAgreement, change)
            case nil: throw Failure.missing("decision.change")
            }
        }
    }
}

extension Effect {
    init(_ effect: ChangeEffect) {
        self.init()
        subject = effect.subject
        before = effect.before
        after = effect.after
    }
}
