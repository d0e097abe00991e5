/// States of an accounting period (Abrechnungszeitraum).
public enum PeriodState: String, StateMachine {
    /// Costs and usage are booked. Can transition to: closed.
    case open = "OPEN"
    /// Settled; what comes late is booked as a correction in the next open period. Can transition to: reopened.
    case closed = "CLOSED"
    /// Open again by a decision. Can transition to: closed.
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
        case .open: "a closed period can only be REOPENED, by a decision"
        case .closed: "it is closed already"
        case .reopened: "only a CLOSED period can be reopened"
        }
    }

    /// Checks that costs and usage can be booked. Throws PERIOD_CLOSED otherwise.
    public func requireBookable() throws(Failure) {
        guard self == .closed else { return }
        throw Failure(
            .periodClosed, "the period is CLOSED; book into the next open period as a correction, or have it reopened")
    }
}
