/// What a voting rule says about the votes so far, with the reason in words.
public struct Verdict: Sendable, Hashable {
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// The votes still missing can turn the result either way.
        case open = "OPEN"
        case passed = "PASSED"
        case rejected = "REJECTED"
    }

    public let outcome: Outcome
    /// For people: `needs more than 1/2 of 3 votes; has 1 yes, 0 no, 2 open`.
    public let explanation: String

    public init(_ outcome: Outcome, _ explanation: String) {
        self.outcome = outcome
        self.explanation = explanation
    }
}
