/// What a majority rule says about the votes, with the reason in words.
public struct Verdict: Sendable, Hashable {
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// The votes still missing can turn the result either way.
        case open = "OPEN"
        case passed = "PASSED"
        case rejected = "REJECTED"
        /// Too few votes were cast to decide anything.
        case lacksQuorum = "LACKS_QUORUM"
    }

    public let outcome: Outcome
    /// For people: `needs 2/3 of 4,201 statutory votes = 2,801; has 2,799 (2,799 yes, 1,402 no, 0 open)`.
    public let explanation: String

    public init(_ outcome: Outcome, _ explanation: String) {
        self.outcome = outcome
        self.explanation = explanation
    }
}
