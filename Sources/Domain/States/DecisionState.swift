/// States of a decision (Beschluss).
public enum DecisionState: String, StateMachine {
    /// Votes are cast and may be replaced. Can transition to: passed, rejected.
    case open = "OPEN"
    /// The rule's majority is reached and the change is enacted. Final.
    case passed = "PASSED"
    /// The majority can no longer be reached. Final.
    case rejected = "REJECTED"

    public static let resource = "decision"

    public var successors: [DecisionState] {
        switch self {
        case .open: [.passed, .rejected]
        case .passed, .rejected: []
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
        }
    }
}
