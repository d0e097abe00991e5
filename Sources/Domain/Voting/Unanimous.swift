/// Every party of the electorate says yes; a single no or abstention rejects.
public struct Unanimous: VotingRule, Hashable {
    public init() {}

    public func verdict(on tally: Tally) -> Verdict {
        let outcome: Verdict.Outcome =
            if tally.no.heads + tally.abstain.heads > 0 {
                .rejected
            } else if tally.open.heads == 0 {
                .passed
            } else {
                .open
            }
        return Verdict(outcome, "needs all \(tally.total.weight) votes; has \(tally.summary)")
    }
}
