/// States of a request for advice (Beratungsanfrage).
public enum AdvisoryRequestState: String, StateMachine {
    /// Asked; no body has it. Can transition to: assigned, withdrawn.
    case submitted = "SUBMITTED"
    /// A body has it. Can transition to: inProgress, handedOver, withdrawn.
    case assigned = "ASSIGNED"
    /// The body works on it. Can transition to: answered, handedOver, withdrawn.
    case inProgress = "IN_PROGRESS"
    /// Another body has it and has not begun. Can transition to: inProgress, handedOver, withdrawn.
    case handedOver = "HANDED_OVER"
    /// Answered. Can transition to: closed.
    case answered = "ANSWERED"
    /// Closed by the asker. Final.
    case closed = "CLOSED"
    /// Taken back by the asker. Final.
    case withdrawn = "WITHDRAWN"

    public static let resource = "advisory request"

    public var successors: [AdvisoryRequestState] {
        switch self {
        case .submitted: [.assigned, .withdrawn]
        case .assigned: [.inProgress, .handedOver, .withdrawn]
        case .inProgress: [.answered, .handedOver, .withdrawn]
        case .handedOver: [.inProgress, .handedOver, .withdrawn]
        case .answered: [.closed]
        case .closed, .withdrawn: []
        }
    }

    public func precondition(for next: AdvisoryRequestState) -> String {
        switch next {
        case .submitted: "a new question is a new request"
        case .assigned: "only one that is SUBMITTED is assigned; a body that has it hands it over"
        case .inProgress: "a body must have it and not have begun: it must be ASSIGNED or HANDED_OVER"
        case .handedOver: "a body must have it, and it must not be answered"
        case .answered: "the body must begin first, so that it is IN_PROGRESS"
        case .closed: "it must be ANSWERED first"
        case .withdrawn: "an answered request is closed instead"
        }
    }
}
