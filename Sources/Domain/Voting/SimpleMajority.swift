/// More than half of all statutory votes say yes; abstentions and missing votes count as not agreeing.
public struct SimpleMajority: VotingRule, Hashable {
    public init() {}

    public func verdict(on tally: Tally) -> Verdict {
        // Compared in 128 bits, as twice a sum of weights may not fit into 64.
        let total = Int128(tally.total.weight)
        let outcome: Verdict.Outcome =
            if 2 * Int128(tally.yes.weight) > total {
                .passed
            } else if 2 * (Int128(tally.yes.weight) + Int128(tally.open.weight)) <= total {
                .rejected
            } else {
                .open
            }
        return Verdict(outcome, "needs more than 1/2 of \(tally.total.weight) votes; has \(tally.summary)")
    }
}
