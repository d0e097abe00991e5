/// States of a release of a shared application.
public enum ReleaseState: String, StateMachine {
    /// Announced. Can transition to: released, withdrawn.
    case planned = "PLANNED"
    /// Published with its digests. Can transition to: deprecated, withdrawn.
    case released = "RELEASED"
    /// Still usable, but to be replaced. Can transition to: withdrawn.
    case deprecated = "DEPRECATED"
    /// Must not be used any more. Final.
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
        case .planned: "a release is PLANNED only until it is published"
        case .released: "only a PLANNED release can be published; create another release"
        case .deprecated: "only a RELEASED one can be deprecated"
        case .withdrawn: "it is withdrawn already"
        }
    }
}
