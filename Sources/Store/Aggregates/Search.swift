public import Domain
internal import Postgres

/// A word of a query with the words of the search that it stands for.
public struct SearchedWord: Sendable, Equatable {
    public var word: String
    /// How it was found; nil when it was not.
    public var match: SearchPoints.Match?
    /// Numbers of words in the same basic form.
    public var exact: [Int32] = []
    /// Numbers of words that it is a part of, or that are similar.
    public var others: [Int32] = []
    /// How many documents have these words, those with several of them counted several times.
    var documents = 0

    /// Of the others those that have the word as it was written, and the documents of either.
    private var whole: [Int32] = []
    private var wholeDocuments = 0
    private var otherDocuments = 0

    fileprivate init(word: String) { self.word = word }

    fileprivate mutating func add(_ id: Int32, documents: Int, isExact: Bool, isWhole: Bool) {
        if isExact {
            exact.append(id)
            self.documents += documents
        } else if isWhole {
            whole.append(id)
            wholeDocuments += documents
        } else {
            others.append(id)
            otherDocuments += documents
        }
    }

    /// The basic form is looked for in longer words only where the word as it was written is in none: "Kataster" is in
    /// "Baumkataster", and its basic form would also be in "Katastrophe".
    fileprivate var settled: SearchedWord {
        var word = self
        if !whole.isEmpty { (word.others, word.otherDocuments) = (whole, wholeDocuments) }
        word.documents += word.otherDocuments
        word.match = !exact.isEmpty ? .exact : word.others.isEmpty ? nil : .part
        return word
    }

    /// All numbers.
    fileprivate var all: [Int32] { exact + others }

    /// What a word that is not in the same basic form counts.
    fileprivate var otherPoints: Int32 {
        Int32((match == .similar ? SearchPoints.Match.similar : .part).rawValue)
    }
}

/// Where the next page of results begins.
public struct SearchCursor: Sendable, Equatable {
    public var score: Int32
    public var document: Int64

    public init(score: Int32, document: Int64) {
        self.score = score
        self.document = document
    }
}

/// One result.
public struct SearchHitRow: Sendable, Equatable {
    public var cursor: SearchCursor
    public var name: String
    public var owner: String
    public var kind: String
    public var title: String
    public var summary: String
}

/// How many results have a value of a facet.
public struct FacetCountRow: Sendable, Equatable {
    /// Number of the API's Facet.
    public var facet: Int16
    public var value: String
    public var count: Int64
}

/// A page of results.
public struct SearchPage: Sendable, Equatable {
    public var hits: [SearchHitRow] = []
    public var facets: [FacetCountRow] = []
    public var total: Int64 = 0
    /// How many of all the facets count.
    public var counted: Int64 = 0
}

extension Reader {
    /// The words of the search behind the words of a query. Those that say nothing, such as "und", are left out.
    /// Similar words are looked for only where a word is not found at all.
    ///
    /// The words are taken apart once, and not again for every word of the search that they are held against.
    public func searchedWords(_ words: [String]) async throws -> [SearchedWord] {
        guard !words.isEmpty else { return [] }
        let rows = try await query(
            """
            WITH t AS MATERIALIZED (
                SELECT n, search_words(word) || search_words(search_unfold(word)) AS stems, search_fold(word) AS whole,
                    (ts_lexize('pg_catalog.german_stem', search_fold(word)))[1] AS stem
                FROM unnest(\(words)) WITH ORDINALITY u (word, n))
            SELECT t.n::int, w.word_id, w.documents, w.word = ANY (t.stems), w.word LIKE '%' || t.whole || '%'
            FROM t LEFT JOIN search_word w ON w.facet = 0
                AND (w.word = ANY (t.stems)
                    OR length(t.whole) > 3
                        AND w.word LIKE '%' || CASE WHEN length(t.stem) > 3 THEN t.stem ELSE t.whole END || '%')
            WHERE cardinality(t.stems) > 0
            ORDER BY t.n, w.word_id
            """)
        var found: [Int: SearchedWord] = [:]
        for var row in rows {
            let index = Int(try row.next(Int32.self)) - 1
            var word = found[index] ?? SearchedWord(word: words[index])
            if let id = try row.next(Int32?.self) {
                word.add(
                    id, documents: Int(try row.next(Int32.self)), isExact: try row.next(Bool.self),
                    isWhole: try row.next(Bool.self))
            }
            found[index] = word
        }
        found = found.mapValues { $0.settled }
        let unknown = found.filter { $0.value.match == nil }.keys.sorted()
        for (index, similar) in try await similarWords(unknown.map { ($0, words[$0]) }) {
            found[index]?.others = similar.ids
            found[index]?.documents = similar.documents
            found[index]?.match = .similar
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    private func similarWords(
        _ words: [(index: Int, word: String)]
    ) async throws -> [Int: (ids: [Int32], documents: Int)] {
        guard !words.isEmpty else { return [:] }
        let rows = try await query(
            """
            WITH t AS MATERIALIZED (
                SELECT n, (ts_lexize('pg_catalog.german_stem', search_fold(word)))[1] AS part
                FROM unnest(\(words.map(\.word))) WITH ORDINALITY u (word, n))
            SELECT t.n::int, w.word_id, w.documents
            FROM t JOIN search_word w ON w.facet = 0 AND w.word % t.part AND similarity(w.word, t.part) >= 0.4
            ORDER BY t.n, w.word_id
            """)
        var found: [Int: (ids: [Int32], documents: Int)] = [:]
        for var row in rows {
            let index = words[Int(try row.next(Int32.self)) - 1].index
            found[index, default: ([], 0)].ids.append(try row.next(Int32.self))
            found[index]?.documents += Int(try row.next(Int32.self))
        }
        return found
    }

    /// A page of the documents that have all words and, of each filter, one of its values: by points, equal ones by
    /// their numbers.
    ///
    /// - Parameters:
    ///   - filters: numbers of the API's Facet with the values asked for.
    ///   - cursor: the last result of the page before; with nil the facets are counted too.
    ///   - counted: most results that the facets count; not less than the limit.
    public func search(
        _ words: [SearchedWord], filters: [(facet: Int16, values: [String])], after cursor: SearchCursor?, limit: Int,
        counted: Int
    ) async throws -> SearchPage {
        let rows = try await query(
            """
            WITH ranked AS (\(SearchStatement.ranked(words, filters))),
            \(SearchStatement.page(after: cursor, limit: limit, counted: counted))
            SELECT 0::int2, count(*), 0::bigint, 0, '', '', '', '', '' FROM ranked
            UNION ALL
            (SELECT 1::int2, 0::bigint, h.document_id, h.score, b.publication_name, p.party_code, d.kind, d.title,
                d.summary
            FROM page h JOIN search_document d USING (document_id) JOIN publication b USING (publication_id)
            JOIN party p USING (party_id) ORDER BY h.score DESC, h.document_id)
            UNION ALL
            (\(cursor == nil ? SearchStatement.facets : SearchStatement.noFacets))
            """)
        return try SearchStatement.page(rows, counted: counted)
    }
}

/// The statement of a search, put together from its words and filters.
private enum SearchStatement {
    /// The subquery in `unnest` makes the planner look up the few documents there are by their key.
    static let facets: SQL = """
        SELECT 2::int2, c.count, 0::bigint, w.facet::int, w.word, '', '', '', ''
        FROM (
            SELECT f, count(*)
            FROM best, unnest((SELECT d.facets FROM search_document d WHERE d.document_id = best.document_id)) f
            GROUP BY f) c
        JOIN search_word w ON w.word_id = c.f ORDER BY w.facet, c.count DESC, w.word
        """
    static let noFacets: SQL = "SELECT 2::int2, 0::bigint, 0::bigint, 0, '', '', '', '', '' WHERE false"

    /// Every document that fits with its points.
    static func ranked(_ words: [SearchedWord], _ filters: [(facet: Int16, values: [String])]) -> SQL {
        var narrowed: SQL = "true"
        for filter in filters {
            narrowed = """
                \(narrowed) AND document_id IN (SELECT f.document_id FROM search_posting f WHERE f.word_id = ANY (
                    SELECT word_id FROM search_word WHERE facet = \(filter.facet) AND word = ANY (\(filter.values))))
                """
        }
        let words = words.sorted { $0.documents < $1.documents }
        guard let rarest = words.first else {
            return "SELECT document_id, 0 AS score FROM search_document WHERE \(narrowed)"
        }
        var source: SQL = "(\(points(rarest))) w"
        for word in words.dropFirst() {
            source =
                rarest.documents <= fewDocuments
                ? """
                (SELECT w.document_id, w.points + r.points AS points FROM \(source)
                CROSS JOIN LATERAL (SELECT max(\(points(of: word))) AS points FROM search_posting
                    WHERE word_id = ANY (\(word.all)) AND document_id = w.document_id) r
                WHERE r.points IS NOT NULL) w
                """
                : """
                (SELECT document_id, w.points + r.points AS points
                FROM \(source) JOIN (\(points(word))) r USING (document_id)) w
                """
        }
        return "SELECT document_id, points AS score FROM \(source) WHERE \(narrowed)"
    }

    /// Up to so many documents the others' words are looked up one by one; above, sets are joined.
    private static let fewDocuments = 5000

    /// The best results, which the facets count, and those of the page.
    static func page(after cursor: SearchCursor?, limit: Int, counted: Int) -> SQL {
        guard let cursor else {
            return """
                best AS MATERIALIZED (SELECT document_id, score FROM ranked ORDER BY score DESC, document_id
                    LIMIT \(Int64(counted))),
                page AS (SELECT document_id, score FROM best ORDER BY score DESC, document_id LIMIT \(Int64(limit)))
                """
        }
        return """
            page AS (SELECT document_id, score FROM ranked
                WHERE score < \(cursor.score) OR (score = \(cursor.score) AND document_id > \(cursor.document))
                ORDER BY score DESC, document_id LIMIT \(Int64(limit)))
            """
    }

    /// The documents that have one word, each with its points for it.
    private static func points(_ word: SearchedWord) -> SQL {
        // The usual case needs no grouping: one word, at most once in a document.
        if word.exact.count == 1, word.others.isEmpty {
            return """
                SELECT document_id, \(points(of: word)) AS points FROM search_posting WHERE word_id = \(word.exact[0])
                """
        }
        return """
            SELECT document_id, max(\(points(of: word))) AS points
            FROM search_posting WHERE word_id = ANY (\(word.all)) GROUP BY document_id
            """
    }

    /// What a posting of a word counts.
    private static func points(of word: SearchedWord) -> SQL {
        let exact = Int32(SearchPoints.Match.exact.rawValue)
        if word.others.isEmpty { return "weight * \(exact)" }
        return "weight * CASE WHEN word_id = ANY (\(word.exact)) THEN \(exact) ELSE \(word.otherPoints) END"
    }

    static func page(_ rows: Rows, counted: Int) throws -> SearchPage {
        var page = SearchPage()
        for var row in rows {
            let section = try row.next(Int16.self)
            let count = try row.next(Int64.self)
            let document = try row.next(Int64.self)
            let number = try row.next(Int32.self)
            let text = try row.next(String.self)
            switch section {
            case 0:
                page.total = count
                page.counted = min(count, Int64(counted))
            case 1:
                page.hits.append(
                    SearchHitRow(
                        cursor: SearchCursor(score: number, document: document), name: text,
                        owner: try row.next(String.self), kind: try row.next(String.self),
                        title: try row.next(String.self), summary: try row.next(String.self)))
            default: page.facets.append(FacetCountRow(facet: Int16(number), value: text, count: count))
            }
        }
        return page
    }
}
