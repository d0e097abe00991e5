/// States of a party's membership in a consortium.
public enum MembershipState: String, StateMachine {
    /// Asked for; also every founder before the founding. Can transition to: active.
    case applied = "APPLIED"
    /// Votes and is charged. Can transition to: noticeGiven, ended.
    case active = "ACTIVE"
    /// Votes and is charged until the day of its exit. Can transition to: ended.
    case noticeGiven = "NOTICE_GIVEN"
    /// Has left. Can transition to: settled.
    case ended = "ENDED"
    /// Has left and owes or is owed nothing. Final: a party that comes back has a new membership.
    case settled = "SETTLED"

    public static let resource = "membership"

    public var successors: [MembershipState] {
        switch self {
        case .applied: [.active]
        case .active: [.noticeGiven, .ended]
        case .noticeGiven: [.ended]
        case .ended: [.settled]
        case .settled: []
        }
    }

    public func precondition(for next: MembershipState) -> String {
        switch next {
        case .applied: "a party applies once, before it is a member"
        case .active: "it must be APPLIED, and the decision to admit the party must have passed"
        case .noticeGiven: "it must be ACTIVE"
        case .ended: "it must be ACTIVE or NOTICE_GIVEN, and the day of its exit must have come"
        case .settled: "it must be ENDED"
        }
    }
}
