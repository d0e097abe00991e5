/// States of a listing or a guide.
public enum PublicationState: String, StateMachine {
    /// Written, never public. Can transition to: published.
    case draft = "DRAFT"
    /// Public. Can transition to: withdrawn. A newer revision is published without a change of state.
    case published = "PUBLISHED"
    /// Was public, and is no longer found. Can transition to: published.
    case withdrawn = "WITHDRAWN"

    public static let resource = "publication"

    public var successors: [PublicationState] {
        switch self {
        case .draft, .withdrawn: [.published]
        case .published: [.withdrawn]
        }
    }

    public func precondition(for next: PublicationState) -> String {
        switch next {
        case .draft: "what was public once stays known; write a new revision instead"
        case .published: "it is public already; write a new revision first"
        case .withdrawn: "only what is PUBLISHED can be withdrawn; publish it first"
        }
    }
}
