/// The voting rules by the name under which a decision stores its rule; each is one value in a file of its own.
public enum VotingRuleKind: String, Sendable, Hashable, CaseIterable {
    /// More than half of the statutory votes.
    case simpleMajority = "SIMPLE_MAJORITY"
    /// All parties say yes.
    case unanimous = "UNANIMOUS"

    public var rule: any VotingRule {
        switch self {
        case .simpleMajority: SimpleMajority()
        case .unanimous: Unanimous()
        }
    }
}
