import Domain
import Postgres
import Store
import TestSupport
import Testing

/// Row-level security keeps indexes usable: the plans of the application's role, on as many rows as matter.
@Suite(.timeLimit(.minutes(1)))
struct PlanTests {
    @Test func readingARevisionUsesAnIndex() async throws {
        try await withStore { store, target in
            try target.execute(
                """
                -- Twenty times as fast without this constraint, which reads do not use.
                ALTER TABLE agreement_revision DROP CONSTRAINT agreement_revision_no_overlap;
                INSERT INTO agreement_revision
                    (consortium_id, agreement_code, revision, state, valid_from, content, recorded_from)
                    SELECT 1 + i % 2, 'agreement-' || i / 10, 1 + i % 10, 3, '2012-01-01', '', 0
                    FROM generate_series(0, 99999) i;
                ANALYZE agreement_revision;
                """)
            let reader = ExplainingReader(base: store.reader(Seed.member))
            await #expect(throws: Explanation.self) {
                _ = try await reader.agreementRevisionContent(3, of: "agreement-77", in: 1, name: "")
            }
            let plan = try #require(await plan { try await reader.agreementRevision(3, of: "a", in: 1, name: "") })
            #expect(plan.contains("Index"), "\(plan)")
            #expect(!plan.contains("Seq Scan"), "\(plan)")
            let content = try #require(
                await self.plan { try await reader.agreementRevisionContent(3, of: "agreement-77", in: 1, name: "") })
            #expect(content.contains("Index"), "\(content)")
            #expect(!content.contains("Seq Scan"), "\(content)")
        }
    }

    private func plan(_ body: () async throws -> some Any) async -> String? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? Explanation)?.plan
        }
    }
}

/// What the planner would do, thrown in place of rows.
struct Explanation: Error {
    let plan: String
}

/// Explains the statements of a read, under the same scope, instead of running them.
struct ExplainingReader: Reader {
    let base: ScopedReader

    func run(_ statements: [SQL]) async throws -> [Rows] {
        let answers = try await base.run(statements.map { "EXPLAIN \($0)" })
        var lines: [String] = []
        for rows in answers {
            for index in 0..<rows.count { lines.append(try rows.decode(String.self, row: index, column: 0)) }
        }
        throw Explanation(plan: lines.joined(separator: "\n"))
    }
}
