/// States of a revision of an agreement (Vereinbarung, Satzung).
public enum AgreementRevisionState: String, StateMachine {
    /// Can be changed. Can transition to: inVote.
    case draft = "DRAFT"
    /// Fixed; the members vote on it. Can transition to: inForce, rejected.
    case inVote = "IN_VOTE"
    /// Applies to charges in its range of days. Can transition to: superseded, terminated.
    case inForce = "IN_FORCE"
    /// A later revision holds for all of its days. Final.
    case superseded = "SUPERSEDED"
    /// Ended by a decision; still applies to the days before. Can transition to: superseded, as that end may be taken
    /// in by a later, back-dated revision.
    case terminated = "TERMINATED"
    /// The members did not adopt it. Final: a new revision starts as a draft.
    case rejected = "REJECTED"

    public static let resource = "agreement revision"

    public var successors: [AgreementRevisionState] {
        switch self {
        case .draft: [.inVote]
        case .inVote: [.inForce, .rejected]
        case .inForce: [.superseded, .terminated]
        case .terminated: [.superseded]
        case .superseded, .rejected: []
        }
    }

    public func precondition(for next: AgreementRevisionState) -> String {
        switch next {
        case .draft: "a revision that was put to the vote stays as it is; create a new revision instead"
        case .inVote: "only a DRAFT can be put to the vote"
        case .superseded: "only what is in force is superseded, by a revision for the same days"
        case .terminated: "only what is in force can be ended"
        case .inForce, .rejected: "it must be put to the vote first, and the decision must have ended"
        }
    }

    /// Whether a revision of this state applies to the days of its valid range.
    public var rules: Bool { self == .inForce || self == .terminated }
}
