/// States of a consortium.
public enum ConsortiumState: String, StateMachine {
    /// Founders join and agree on the charter. Can transition to: active.
    case forming = "FORMING"
    /// Founded by a decision of all founders. Final for now.
    case active = "ACTIVE"

    public static let resource = "consortium"

    public var successors: [ConsortiumState] {
        switch self {
        case .forming: [.active]
        case .active: []
        }
    }

    public func precondition(for next: ConsortiumState) -> String {
        "it becomes ACTIVE when the decision to found it has passed"
    }
}
