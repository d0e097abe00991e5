/// States of a consortium.
public enum ConsortiumState: String, StateMachine {
    /// Founders join and agree on the charter. Can transition to: awaitingApproval, active.
    case forming = "FORMING"
    /// Founded by a decision of all founders, where the legal form needs the supervisory authority's approval. Can
    /// transition to: active, forming.
    case awaitingApproval = "AWAITING_APPROVAL"
    /// At work. Can transition to: inLiquidation.
    case active = "ACTIVE"
    /// Dissolution is decided; what is left is settled. Can transition to: dissolved.
    case inLiquidation = "IN_LIQUIDATION"
    /// Final.
    case dissolved = "DISSOLVED"

    public static let resource = "consortium"

    public var successors: [ConsortiumState] {
        switch self {
        case .forming: [.awaitingApproval, .active]
        case .awaitingApproval: [.active, .forming]
        case .active: [.inLiquidation]
        case .inLiquidation: [.dissolved]
        case .dissolved: []
        }
    }

    public func precondition(for next: ConsortiumState) -> String {
        switch next {
        case .forming: "it is FORMING again only when the supervisory authority has refused its approval"
        case .awaitingApproval, .active:
            "it becomes ACTIVE when the decision to found it has passed and any approval it needs is recorded"
        case .inLiquidation: "it must be ACTIVE, and the decision to dissolve it must have passed"
        case .dissolved: "it must be IN_LIQUIDATION, with every membership SETTLED"
        }
    }
}
