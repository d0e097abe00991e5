/// States of a party's interest in a listing (Interessenbekundung).
public enum InterestState: String, StateMachine {
    /// Said; the owner has not answered. Can transition to: accepted, declined, withdrawn.
    case expressed = "EXPRESSED"
    /// The owner wants to go on. Can transition to: declined, withdrawn, applied.
    case accepted = "ACCEPTED"
    /// The owner does not. Can transition to: expressed.
    case declined = "DECLINED"
    /// Taken back. Can transition to: expressed.
    case withdrawn = "WITHDRAWN"
    /// The party has applied to the consortium that owns the application, and what follows is a membership's. Where
    /// that came to nothing the interest can be expressed anew. Can transition to: expressed.
    case applied = "APPLIED"

    public static let resource = "interest"

    public var successors: [InterestState] {
        switch self {
        case .expressed: [.accepted, .declined, .withdrawn]
        case .accepted: [.declined, .withdrawn, .applied]
        case .declined, .withdrawn, .applied: [.expressed]
        }
    }

    public func precondition(for next: InterestState) -> String {
        switch next {
        case .expressed: "it is open; only one that was DECLINED or WITHDRAWN, or is APPLIED, is expressed anew"
        case .accepted: "only one that is EXPRESSED can be accepted"
        case .declined, .withdrawn: "it must be EXPRESSED or ACCEPTED; express it anew first"
        case .applied: "it must be ACCEPTED by the owner of the listing"
        }
    }
}
