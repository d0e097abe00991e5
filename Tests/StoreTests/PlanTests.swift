import Domain
import Foundation
import Postgres
import Store
import TestSupport
import Testing

/// Row-level security keeps indexes usable: the plans of the application's role, on as many rows as matter.
@Suite(.timeLimit(.minutes(5)))
struct PlanTests {
    /// Statements of hot paths, each with the table that must not be read as a whole. A new one takes one line here,
    /// and rows in `Plans.sql` if its table has none there.
    @Test func statementsOfHotPathsUseAnIndex() async throws {
        try await withPlans { plans in
            let day = try CivilDate(year: 2012, month: 6, day: 30, field: "day")
            let ids = (0..<20).map { "p\(1 + $0 * 50)" }
            let key = UsageKey(metric: 1, party: 1, start: 1_326_153_600, seconds: 3600)
            try await plans.check("agreement_revision") {
                try await $0.agreementRevisionContent(3, of: "agreement-77", in: 1, name: "")
            }
            try await plans.check("agreement_revision") {
                try await $0.agreementRevision(3, of: "agreement-77", in: 1, name: "")
            }
            try await plans.check("agreement_revision") { try await $0.agreementRevisions(of: "agreement-77", in: 1) }
            try await plans.check("ownership_share") { try await $0.ownership(of: 70, in: 1, on: day, knownAt: 5) }
            try await plans.check("key_figure") { try await $0.keyFigures(of: "p77", knownAt: 5) }
            try await plans.check("party") { try await $0.party("p77", on: day) }
            try await plans.check("party") { try await $0.parties(after: "p77", on: day, limit: 20) }
            try await plans.check("party") { try await $0.partyIDs(ids) }
            try await plans.check("membership") { try await $0.memberIDs(of: 1) }
            try await plans.check("application") { try await $0.application("app-70", in: 1, name: "") }
            try await plans.check("metric") { try await $0.metrics(of: 70, in: 1) }
            try await plans.check("usage_source") { try await $0.usageSource("source-70", in: 1) }
            try await plans.check("usage_record") {
                try await $0.storedUsage([key], sourceKeys: [0], application: 1, in: 1)
            }
            try await plans.check("usage_record") {
                try await $0.usageHistory(of: key, application: 1, in: 1, knownAt: 5)
            }
            try await plans.check("register_entry") { try await $0.registerEntries(1, from: 5000, limit: 20) }
            try await plans.check("register_checkpoint") { try await $0.checkpoint(1, size: 500) }
            try await plans.check("register_checkpoint") { try await $0.newestSignedSize(1, below: 500) }
            try await plans.check("credential") { try await $0.credential(Array(repeating: 1, count: 32), name: "") }
        }
    }

    /// What every change does before and after its own work.
    @Test func whatEveryChangeDoesUsesAnIndex() async throws {
        try await withPlans { plans in
            let id = try #require(SQLUUID("6f1c0ba4-2a3c-4d0e-9f52-1f1b6f0f0c11"))
            try await plans.check("request_record") {
                try await $0.query(
                    """
                    SELECT request_sha256, response FROM request_record
                    WHERE party_id = \(Int32(1)) AND request_id = \(id)
                    """)
            }
            try await plans.check("register") {
                try await $0.query("SELECT size, frontier FROM register WHERE register_id = \(Int32(1)) FOR UPDATE")
            }
        }
    }

    /// The look-up of a caller: its parts, as the functions' owner runs them.
    @Test func findingACallerUsesAnIndex() async throws {
        try await withPlans { plans in
            for (table, condition) in [
                ("credential", "sha256 = '\\x01'"), ("mandate", "holder_party_id = 7"), ("membership", "party_id = 7"),
            ] {
                let plan = try plans.target.execute("EXPLAIN SELECT * FROM \(table) WHERE \(condition)")
                #expect(!plan.contains("Seq Scan"), "\(plan)")
            }
        }
    }

    private func withPlans(_ body: @Sendable @escaping (Plans) async throws -> Void) async throws {
        try await withStore { store, target in
            try target.execute(Plans.sql)
            try await body(Plans(store: store, target: target))
        }
    }
}

/// Asks for the plans of reads on tables of a realistic size.
struct Plans: Sendable {
    let store: Store
    let target: TestDatabase

    /// Expects that a read under row-level security reaches `table` by an index alone.
    func check(_ table: String, _ read: (ExplainingReader) async throws -> some Any) async throws {
        let reader = ExplainingReader(base: store.reader(Seed.office))
        do {
            _ = try await read(reader)
            Issue.record("\(table): nothing was explained")
        } catch let explanation as Explanation {
            let plan = explanation.plan
            // Partitions and aliases: usage_record_2012_01, "key_figure v".
            let scans = plan.split(separator: "\n").filter { $0.contains("Scan") && $0.contains(" \(table)") }
            #expect(!scans.isEmpty, "\(table) is not read: \(plan)")
            #expect(!plan.contains("Seq Scan on \(table) ") && !plan.contains("Seq Scan on \(table)_20"), "\(plan)")
        }
    }

    /// Some ten thousand rows where a table has so many in a Land, half of them foreign to every caller; the exclusion
    /// constraints, which reads do not use, would make this twenty times as slow.
    static let sql = """
        ALTER TABLE agreement_revision DROP CONSTRAINT agreement_revision_no_overlap;
        ALTER TABLE ownership_share DROP CONSTRAINT ownership_share_no_overlap;
        ALTER TABLE key_figure DROP CONSTRAINT key_figure_no_overlap;
        ALTER TABLE membership DROP CONSTRAINT membership_no_overlap;
        INSERT INTO party (party_id, party_code, kind, display_name, recorded_from) OVERRIDING SYSTEM VALUE
            SELECT i, 'p' || i, 1, 'Party ' || i, 0 FROM generate_series(5, 11000) i;
        INSERT INTO key_figure (party_id, kind, reference_date, value, status, source, recorded_from)
            SELECT 5 + i / 4, 1 + i % 4, '2012-12-31', i, 2, 'count', 0 FROM generate_series(0, 39999) i;
        INSERT INTO credential (sha256, party_id, role, recorded_from)
            SELECT sha256(int4send(i)), 5 + i % 5000, 1, 0 FROM generate_series(1000, 11000) i;
        INSERT INTO mandate (party_id, mandate_code, holder_party_id, purposes, valid_from, recorded_from)
            SELECT i, 'x', i + 1, '{1}', '2012-01-01', 0 FROM generate_series(5, 5000) i;
        INSERT INTO request_record (party_id, request_id, request_sha256, response)
            SELECT 1 + i % 4, gen_random_uuid(), sha256(''), '' FROM generate_series(1, 20000) i;
        INSERT INTO register (register_id, name, size, frontier)
            SELECT i, 'consortia/c' || i, 0, '' FROM generate_series(3, 3000) i;
        INSERT INTO register_entry (register_id, position, leaf_hash, nodes, entry, recorded_micros)
            SELECT 1 + i % 2, i / 2, sha256(int4send(i)), '', '', i FROM generate_series(0, 39999) i;
        INSERT INTO register_checkpoint (register_id, size, root, note)
            SELECT 1 + i % 2, 1 + i / 2, sha256(''), 'note' FROM generate_series(0, 9999) i;
        INSERT INTO membership
            (consortium_id, party_id, membership_number, state, vote_weight, valid_from, recorded_from)
            SELECT 2, i, 1, 2, 1, '2012-01-01', 0 FROM generate_series(5, 11000) i;
        INSERT INTO application (application_id, consortium_id, application_code, display_name, recorded_from)
            OVERRIDING SYSTEM VALUE SELECT i, 1 + i % 2, 'app-' || i, 'App', 0 FROM generate_series(4, 5000) i;
        INSERT INTO ownership_share
            (consortium_id, application_id, party_id, numerator, denominator, valid_from, recorded_from)
            SELECT 1 + i % 2, 4 + i / 4, 1 + i % 4, 1, 4, '2012-01-01', 0 FROM generate_series(0, 19983) i;
        INSERT INTO agreement_revision
            (consortium_id, agreement_code, revision, state, valid_from, content, recorded_from)
            SELECT 1 + i % 2, 'agreement-' || i / 10, 1 + i % 10, 3, '2012-01-01', '', 0
            FROM generate_series(0, 39999) i;
        INSERT INTO metric (metric_id, consortium_id, application_id, metric_code, unit, scale, aggregation,
            sources_add_up, recorded_from) OVERRIDING SYSTEM VALUE
            SELECT i, 1 + i % 2, 4 + i % 4000, 'metric-' || i, 'case', 0, 1, false, 0 FROM generate_series(3, 9000) i;
        INSERT INTO usage_source (source_id, consortium_id, source_code) OVERRIDING SYSTEM VALUE
            SELECT 100 + i, 1 + i % 2, 'source-' || i FROM generate_series(0, 9999) i;
        INSERT INTO usage_record
            SELECT 1, 1, 1, 1 + i % 4, 0, 1 + i % 8, 0, 0,
                '2012-01-01 00:00:00+00'::timestamptz + i / 8 * interval '1 minute', 1, 1
            FROM generate_series(0, 49999) i;
        ANALYZE;
        """
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
