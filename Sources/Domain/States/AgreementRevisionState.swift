/// States of a revision of an agreement (Vereinbarung, Satzung).
public enum AgreementRevisionState: String, StateMachine {
    /// Can be changed. Can transition to: inVote.
    case draft = "DRAFT"
    /// Fixed; the members vote on it. Can transition to: inForce, rejected.
    case inVote = "IN_VOTE"
    /// Applies to charges in its range of days. Final for now.
    case inForce = "IN_FORCE"
    /// The members did not adopt it. Final: a new revision starts as a draft.
    case rejected = "REJECTED"

    public static let resource = "agreement revision"

    public var successors: [AgreementRevisionState] {
        switch self {
        case .draft: [.inVote]
        case .inVote: [.inForce, .rejected]
        case .inForce, .rejected: []
        }
    }

    public func precondition(for next: AgreementRevisionState) -> String {
        switch next {
        case .draft: "a revision that was put to the vote stays as it is; create a new revision instead"
        case .inVote: "only a DRAFT can be put to the vote"
        case .inForce, .rejected: "it must be put to the vote first, and the decision must have ended"
        }
    }
}
