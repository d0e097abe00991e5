/// States of a settlement (Abrechnung).
public enum SettlementState: String, StateMachine {
    /// Calculated and stored with its references. Can transition to: approved.
    case calculated = "CALCULATED"
    /// Checked and released by the coordination office. Can transition to: issued.
    case approved = "APPROVED"
    /// Sent to the members. Can transition to: corrected.
    case issued = "ISSUED"
    /// Replaced by a correction; the lines stay as they were. Final.
    case corrected = "CORRECTED"

    public static let resource = "settlement"

    public var successors: [SettlementState] {
        switch self {
        case .calculated: [.approved]
        case .approved: [.issued]
        case .issued: [.corrected]
        case .corrected: []
        }
    }

    public func precondition(for next: SettlementState) -> String {
        switch next {
        case .calculated: "a settlement is calculated once; calculate a correction instead"
        case .approved: "only a CALCULATED settlement can be approved"
        case .issued: "it must be APPROVED first"
        case .corrected: "only an ISSUED settlement is corrected; before that, calculate a new one"
        }
    }
}
