/// States of an adoption (Nachnutzung) of an application by a party. Any may begin one but the last.
public enum AdoptionState: String, StateMachine {
    /// The party is interested. Can transition to: agreed, live, ended.
    case interest = "INTEREST"
    /// It has agreed to run the application. Can transition to: live, ended.
    case agreed = "AGREED"
    /// It runs a release. Can transition to: live (another release), ended.
    case live = "LIVE"
    /// It no longer does. Can transition to: interest, agreed, live, since a party may come back.
    case ended = "ENDED"

    public static let resource = "adoption"

    public var successors: [AdoptionState] {
        switch self {
        case .interest: [.agreed, .live, .ended]
        case .agreed: [.live, .ended]
        case .live: [.live, .ended]
        case .ended: [.interest, .agreed, .live]
        }
    }

    public func precondition(for next: AdoptionState) -> String {
        switch next {
        case .interest: "interest comes before an adoption, or after its end"
        case .agreed: "it must be INTEREST, or ENDED before"
        case .live: "it must have begun"
        case .ended: "it must be INTEREST, AGREED or LIVE"
        }
    }
}
