/// States of a decision (Beschluss).
public enum DecisionState: String, StateMachine {
    /// Votes are cast and may be replaced. Can transition to: passed, rejected, lacksQuorum, withdrawn.
    case open = "OPEN"
    /// The rule's majority is reached and the change is enacted. Final.
    case passed = "PASSED"
    /// The majority was not reached or can no longer be. Final.
    case rejected = "REJECTED"
    /// Too few votes were cast to decide anything. Final: the proposal may be put to the vote anew.
    case lacksQuorum = "LACKS_QUORUM"
    /// Taken back, or no longer possible. Final.
    case withdrawn = "WITHDRAWN"

    public static let resource = "decision"

    public var successors: [DecisionState] {
        switch self {
        case .open: [.passed, .rejected, .lacksQuorum, .withdrawn]
        case .passed, .rejected, .lacksQuorum, .withdrawn: []
        }
    }

    public func precondition(for next: DecisionState) -> String {
        "votes decide that, and only while it is OPEN"
    }

    /// The state that follows from a verdict on the votes.
    public init(_ outcome: Verdict.Outcome) {
        switch outcome {
        case .open: self = .open
        case .passed: self = .passed
        case .rejected: self = .rejected
        case .lacksQuorum: self = .lacksQuorum
        }
    }
}
