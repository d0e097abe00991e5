/// A majority rule as a value: looks at the tally and says whether the decision is taken.
///
/// A rule decides as soon as the votes that are not yet cast cannot change the result. It takes the votes that are cast
/// as they stand: with the verdict the decision closes, and a vote can no longer be replaced. A rule therefore gives
/// the same verdict for the same tally, and once every vote is cast it is never `open`.
public protocol VotingRule: Sendable {
    func verdict(on tally: Tally) -> Verdict
}

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
