/// What somebody searches for, taken apart into words (docs/search.md). The database finds their basic forms.
public struct SearchQuery: Sendable, Hashable {
    /// Most characters of a query.
    public static let maximumLength = 200
    /// Most words of a query: each costs a look-up of its own.
    public static let maximumWords = 8

    /// The words in order, in small letters: letters and digits, with points only inside of numbers such as 3.0.
    public let words: [String]

    /// Takes a query apart. Throws INVALID_FIELD when it is too long or has too many words.
    public init(_ text: String, field: String = "query") throws(Failure) {
        guard text.unicodeScalars.count <= Self.maximumLength else {
            throw .invalid(field, "must have at most \(Self.maximumLength) characters")
        }
        words = Self.words(text)
        guard words.count <= Self.maximumWords else {
            throw .invalid(field, "must have at most \(Self.maximumWords) words, has \(words.count)")
        }
    }

    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        let characters = Array(text.lowercased())
        for (index, character) in characters.enumerated() {
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            let isInsideNumber = character == "." && word.last?.isNumber == true && next.isNumber
            if character.isLetter || character.isNumber || isInsideNumber {
                word.append(character)
            } else if !word.isEmpty {
                words.append(word)
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
