/// States of a settlement (Abrechnung).
public enum SettlementState: String, StateMachine {
    /// Stored with what it rests on. Can transition to: approved.
    case calculated = "CALCULATED"
    /// Approved by a decision. Can transition to: issued.
    case approved = "APPROVED"
    /// Its documents are with the parties. Can transition to: corrected.
    case issued = "ISSUED"
    /// A later settlement of the same days was issued. Final.
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
        case .calculated: "what was calculated stays; calculate a new settlement instead"
        case .approved: "only a CALCULATED settlement can be approved"
        case .issued: "a decision must approve it first"
        case .corrected: "only an ISSUED settlement is corrected"
        }
    }
}
