/// States of a release of an application.
public enum ReleaseState: String, StateMachine {
    /// Intended. Can transition to: released, withdrawn.
    case planned = "PLANNED"
    /// To be run. Can transition to: deprecated, withdrawn.
    case released = "RELEASED"
    /// May be run; who does should upgrade. Can transition to: withdrawn.
    case deprecated = "DEPRECATED"
    /// Must no longer be run. Final: what is mended is a new release.
    case withdrawn = "WITHDRAWN"

    public static let resource = "release"

    public var successors: [ReleaseState] {
        switch self {
        case .planned: [.released, .withdrawn]
        case .released: [.deprecated, .withdrawn]
        case .deprecated: [.withdrawn]
        case .withdrawn: []
        }
    }

    public func precondition(for next: ReleaseState) -> String {
        switch next {
        case .planned: "a release is planned before anything else"
        case .released: "it must be PLANNED"
        case .deprecated: "it must be RELEASED"
        case .withdrawn: "it must be PLANNED, RELEASED or DEPRECATED"
        }
    }

    /// Whether a party may begin to run it.
    public var canBeAdopted: Bool { self == .released || self == .deprecated }
}
