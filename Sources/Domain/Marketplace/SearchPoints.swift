/// How results are ordered: by points that say how well a document fits the words, and by nothing else. Nobody can pay
/// for a rank, no party has a bonus, and a repeated word counts once (docs/search.md).
///
/// For each word of the query a document gets, at its best place, `place × match`; all words are added up.
public enum SearchPoints {
    /// Where a word stands; the number is stored with it.
    public enum Place: Int16, Sendable, CaseIterable {
        case title = 8
        /// Topics, standards, interfaces, funding programme.
        case names = 4
        case summary = 2
        case text = 1
    }

    /// How a word was found.
    public enum Match: Int16, Sendable, CaseIterable {
        /// In the same basic form.
        case exact = 4
        /// As a part of a longer word: Bescheid in Grundsteuerbescheid.
        case part = 2
        /// A similar word, and only where the word itself is nowhere.
        case similar = 1
    }
}
