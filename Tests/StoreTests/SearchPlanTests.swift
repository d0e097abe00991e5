import Domain
import Postgres
import Store
import TestSupport
import Testing

/// Search operators are not leakproof: a policy with a condition would keep them from their indexes.
@Suite(.timeLimit(.minutes(5)))
struct SearchPlanTests {
    @Test func searchUsesItsIndexes() async throws {
        try await withStore { store, target in
            try target.execute(
                """
                INSERT INTO search_word (facet, word) SELECT 0, md5(i::text) FROM generate_series(1, 20000) i;
                INSERT INTO search_posting (word_id, document_id, weight)
                    SELECT 1 + i % 20000, 1000 + i, 8 FROM generate_series(1, 100000) i ON CONFLICT DO NOTHING;
                INSERT INTO search_document (document_id, publication_id, words, facets, title, summary, kind)
                    SELECT 1000 + i, 1000 + i, '{}', '{}', 'Title', 'Summary', 'guide' FROM generate_series(1, 20000) i;
                ANALYZE search_word, search_posting, search_document;
                """)
            let reader = ExplainingReader(base: store.reader(Seed.member))
            let words = await plan { try await reader.searchedWords(["grundsteuerbescheid"]) }
            #expect(words.contains("search_word_trigrams") && words.contains("search_word_key"), "\(words)")
            #expect(!words.contains("Seq Scan"), "\(words)")
            let found = try await store.reader(Seed.member).searchedWords(["c4ca4238a0b923820dcc509a6f75849b"])
            #expect(found.map(\.match) == [.exact])
            let search = await plan {
                try await reader.search(
                    found, filters: [(facet: 1, values: ["guide"])], after: nil, limit: 21, counted: 1000)
            }
            #expect(search.contains("search_posting_pkey"), "\(search)")
            #expect(!search.contains("Seq Scan on search_"), "\(search)")
        }
    }

    /// What the planner would do for the statement of a read.
    private func plan(_ body: () async throws -> some Any) async -> String {
        do {
            _ = try await body()
            return "nothing was explained"
        } catch {
            return (error as? Explanation)?.plan ?? "\(error)"
        }
    }
}
