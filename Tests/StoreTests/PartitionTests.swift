import Domain
import Postgres
import Store
import TestSupport
import Testing

/// The one exception to row-level security: batches go by COPY straight into a month's partition.
@Suite(.timeLimit(.minutes(5)))
struct PartitionTests {
    @Test func theApplicationMayOnlyInsert() async throws {
        let database = try await seeded()
        let partitions = try database.lines(Catalogue.partitions)
        #expect(partitions == ["usage_record_2012_01", "usage_record_2012_02"])
        for partition in partitions {
            let rights = try database.lines(
                """
                SELECT string_agg(privilege, ',' ORDER BY privilege) FROM unnest(
                    ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) privilege
                WHERE has_table_privilege('allmende_app', '\(partition)', privilege)
                    OR (privilege IN ('SELECT', 'UPDATE')
                        AND has_any_column_privilege('allmende_app', '\(partition)', privilege))
                """)
            #expect(rights == ["INSERT"], "\(partition)")
            for statement in [
                "SELECT * FROM \(partition)", "UPDATE \(partition) SET quantity = 0", "DELETE FROM \(partition)",
            ] {
                let answer = try Caller.office.run("SELECT attempt('\(statement)')", in: database)
                #expect(answer.hasPrefix("42501"), "\(statement): \(answer)")
            }
            #expect(throws: (any Error).self, "COPY out of \(partition)") {
                try Caller.office.run("COPY \(partition) TO STDOUT", in: database)
            }
        }
    }

    @Test func everyPartitionChecksTheScopeOfWhatIsInserted() async throws {
        let database = try await seeded()
        for partition in try database.lines(Catalogue.partitions) {
            let trigger = try database.lines(
                """
                SELECT tgenabled, tgfoid::regproc FROM pg_trigger
                WHERE tgrelid = '\(partition)'::regclass AND NOT tgisinternal
                """)
            #expect(trigger == ["O|check_usage_scope"], "\(partition)")
            for caller in Caller.all {
                let foreign = caller.seesAllParties ? "consortium_id = 2" : "party_id <> \(caller.party)"
                // A row of somebody else with an hour of its own, so that no key stands in its way.
                let row = try database.execute(
                    """
                    SELECT row_to_json(r) FROM (SELECT consortium_id, application_id, metric_id, party_id, source_key,
                        interval_seconds, row_index, revision, interval_start + interval '1 day' AS interval_start,
                        quantity, batch_id
                        FROM \(partition) WHERE \(foreign) LIMIT 1) r
                    """
                ).split(separator: "\n").joined()
                let insert = "SELECT * FROM json_populate_record(NULL::\(partition), '\(row)')"
                let answer = try caller.run("SELECT attempt($$INSERT INTO \(partition) \(insert)$$)", in: database)
                #expect(
                    answer.hasPrefix("42501 a usage record is outside"), "\(caller.name) into \(partition): \(answer)")
            }
        }
    }

    /// By the application's role, past every check of the application: every caller, into every partition.
    @Test func copyIsCheckedToo() async throws {
        try await withStore { store, target in
            let allowed: [(Principal, parties: Set<Int32>)] = [
                (Seed.member, [1]), (Seed.otherMember, [2]), (Seed.office, [1, 2, 3]), (Seed.auditor, []),
            ]
            for (principal, parties) in allowed {
                for (partition, month) in try target.lines(Catalogue.partitions).map({ ($0, Int($0.suffix(2)) ?? 1) }) {
                    for (party, consortium) in [(Int32(1), Int32(1)), (2, 1), (3, 2), (1, 2)] {
                        let before = try target.number("SELECT count(*) FROM \(partition)") ?? 0
                        let failure = await failure {
                            try await copyRow(of: party, in: consortium, as: principal, month: month, store)
                        }
                        let isAllowed = principal.consortia.values.contains(consortium) && parties.contains(party)
                        let who = "\(principal.role) of \(principal.partyCode): party \(party) of \(consortium)"
                        #expect(failure?.reason == (isAllowed ? nil : .permissionDenied), "\(who)")
                        let after = try target.number("SELECT count(*) FROM \(partition)")
                        #expect(after == before + (isAllowed ? 1 : 0), "\(who)")
                    }
                }
                try target.execute("DELETE FROM usage_record WHERE batch_id = 9")
            }
        }
    }

    @Test func aMonthGetsItsPartitionOnce() async throws {
        try await withStore { store, target in
            let month = try CivilDate(year: 2013, month: 7, day: 1, field: "month")
            try await withThrowingTaskGroup(of: String.self) { tasks in
                for _ in 0..<8 { tasks.addTask { try await store.usagePartition(for: month) } }
                for try await name in tasks { #expect(name == "usage_record_2013_07") }
            }
            #expect(try target.lines(Catalogue.partitions).count == 3)
        }
    }

    /// Only the server's own sweep deletes records, and only what the charter gives up.
    @Test func nobodyDropsWhatIsKept() async throws {
        let database = try await seeded()
        let drop = "SELECT attempt('SELECT * FROM drop_usage_month(1, ''2012-01-01'')')"
        func asServer() throws -> String {
            let server = Caller(name: "server", party: 0, role: "coordination_office", seesAllParties: true)
            return try server.run(drop, in: database)
        }
        let kept = "42501 these usage records are kept"
        for caller in Caller.all { #expect(try caller.run(drop, in: database).hasPrefix(kept), "\(caller.name)") }
        #expect(try asServer().hasPrefix(kept))
        try database.execute("UPDATE consortium_version SET usage_retention_months = 1200 WHERE consortium_id = 1")
        #expect(try asServer().hasPrefix(kept))
        try database.execute("UPDATE consortium_version SET usage_retention_months = 12 WHERE consortium_id = 1")
        for caller in Caller.all { #expect(try caller.run(drop, in: database).hasPrefix(kept), "\(caller.name)") }
        #expect(try !asServer().hasPrefix(kept))
        let left = try database.lines(
            "SELECT consortium_id, interval_start AT TIME ZONE 'UTC' FROM usage_record ORDER BY 1, 2")
        #expect(
            left == [
                "1|2012-02-10 00:00:00", "1|2012-02-10 00:00:00", "2|2012-01-10 00:00:00", "2|2012-02-10 00:00:00",
            ])
        // A partition goes when nobody has anything in it any more.
        try database.execute("INSERT INTO usage_drop VALUES (1, '2012-01-01', 2, 2, sha256(''), 5)")
        #expect(try Caller.member.run("SELECT drop_empty_usage_partitions()", in: database) == "0")
        try database.execute("DELETE FROM usage_record WHERE interval_start < '2012-02-01 00:00:00+00'")
        #expect(try Caller.member.run("SELECT drop_empty_usage_partitions()", in: database) == "1")
        #expect(try database.lines(Catalogue.partitions) == ["usage_record_2012_02"])
    }

    private func copyRow(
        of party: Int32, in consortium: Int32, as principal: Principal, month: Int, _ store: Store
    ) async throws {
        let month = try CivilDate(year: 2012, month: month, day: 1, field: "month")
        var rows = UsageRowBuffer(
            month: month, constants: .init(consortium: consortium, application: 1, batch: 9), capacity: 1)
        let key = UsageKey(metric: 1, party: party, start: month.startInUTC.seconds, seconds: 3600)
        rows.append(key, sourceKey: 0, index: 0, revision: 0, quantity: 1)
        let copy = rows
        let partition = "usage_record_2012_0\(month.month)"
        try await store.write(as: principal) { session in try await session.copy(copy, into: partition) }
    }
}

/// The failure that `body` throws, or nil.
func failure(_ body: () async throws -> Void) async -> Failure? {
    do {
        try await body()
        return nil
    } catch {
        return error as? Failure
    }
}
