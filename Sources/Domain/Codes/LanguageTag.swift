/// A language as a tag of BCP 47: a language of two or three letters, then parts of one to eight letters or digits,
/// such as `de`, `en-GB` or `de-x-ls` (easy German, Leichte Sprache). Only the form is checked.
public struct LanguageTag: TextValue {
    public let text: String

    public init(_ text: String, field: String = "language") throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count <= 6, let language = parts.first, (2...3).contains(language.count),
            language.allSatisfy({ Letters.isLower($0) }),
            parts.dropFirst().allSatisfy({ (1...8).contains($0.count) && $0.allSatisfy(Letters.isAlphanumeric) })
        else { throw .invalid(field, "must be a language tag such as de or de-x-ls, not \"\(text.excerpt)\"") }
        self.text = text
    }

    public var description: String { text }
}
