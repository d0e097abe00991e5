internal import ArgumentParser

/// A text of two halves, `PARTY=VALUE`, as options that are repeated for each party take it.
struct PartValue: Sendable, Equatable {
    let party: String
    let value: String

    /// Splits at the equals sign; without one, `value` is the given default.
    ///
    /// - Throws: `ValidationError` when a half is empty or there is no equals sign and no default.
    init(_ text: String, default: String? = nil) throws {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let party = halves.first, let value = halves.count == 2 ? halves[1] : `default`,
            !party.isEmpty, !value.isEmpty
        else {
            throw ValidationError("must be PARTY=VALUE, not \"\(text)\"")
        }
        self.party = party
        self.value = value
    }
}
