/// States of an accounting period (Abrechnungszeitraum).
public enum PeriodState: String, StateMachine {
    /// Usage and costs are taken in. Can transition to: closed.
    case open = "OPEN"
    /// What comes later is a correction. Can transition to: reopened.
    case closed = "CLOSED"
    /// Opened again by a decision. Can transition to: closed.
    case reopened = "REOPENED"

    public static let resource = "period"

    public var successors: [PeriodState] {
        switch self {
        case .open, .reopened: [.closed]
        case .closed: [.reopened]
        }
    }

    public func precondition(for next: PeriodState) -> String {
        switch next {
        case .open, .reopened: "a closed period is opened again by a decision"
        case .closed: "it is closed already"
        }
    }
}
