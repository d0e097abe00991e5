/// A majority rule as a value: looks at the tally and says whether the decision is taken.
///
/// A rule decides as soon as the votes that are not yet cast cannot change the result. It takes the votes that are cast
/// as they stand: with the verdict the decision closes, and a vote can no longer be replaced. A rule therefore gives
/// the same verdict for the same tally, and once every vote is cast it is never `open`.
public protocol VotingRule: Sendable {
    func verdict(on tally: Tally) -> Verdict
}
