import Postgres
import Store
import TestSupport
import Testing

/// Row-level security keeps indexes usable: the plans by which the application's role runs what is hot, on as many rows
/// as matter.
@Suite(.timeLimit(.minutes(5)))
struct PlanTests {
    /// Values known when the plan is made, as at the first calls of a connection, and unknown, as later on.
    @Test(arguments: ["force_custom_plan", "force_generic_plan"])
    func hotPathsReachBigTablesByAnIndex(_ mode: String) async throws {
        let recorder = PlanRecorder()
        let target = try await TestCluster.shared.makeDatabase(template: Self.filled.value.name)
        let big = Set(try target.lines(Catalogue.bigTables))
        try await withDatabase(target, configure: { recorder.configure(&$0, planning: mode) }, logger: recorder.logger)
        {
            database in
            let store = Store(database: database)
            for path in HotPath.all {
                _ = recorder.take()
                do {
                    try await path.run(store)
                    // A plan may come after the answer, but never after that of what was sent next.
                    _ = try await database.query("SELECT 1")
                    try await database.withTransaction { _ = try await $0.query("SELECT 1") }
                } catch {
                    Issue.record("\(path.name): \(error)")
                }
                check(path, recorder.take(), big)
            }
        }
    }

    /// A new table is on a hot path, or says why it need not be.
    @Test func everyBigTableIsOnAHotPath() async throws {
        let big = Set(try await Self.filled.value.lines(Catalogue.bigTables))
        let hot = Set(HotPath.all.flatMap(\.tables))
        #expect(hot.isSubset(of: big), "these have few rows: \(hot.subtracting(big))")
        for table in big.subtracting(hot) { #expect(HotPath.coldTables[table] != nil, "\(table)") }
        #expect(Set(HotPath.coldTables.keys).isDisjoint(with: hot))
        let all = try await Self.filled.value.lines(Catalogue.tables)
        #expect(Set(all).subtracting(big) == HotPath.smallTables)
    }

    @Test func plansAreReadAsTheyAreWritten() throws {
        let plan = try #require(
            Plan(
                notice: """
                    duration: 0.1 ms  plan:
                    Query Text: SELECT 1 FROM party
                    Nested Loop  (cost=0.00..1.00 rows=1 width=4)
                      Join Filter: (p.party_id = r.party_id)
                      ->  Seq Scan on party p  (cost=0.00..1.00 rows=1100 width=4)
                            Filter: (kind = 1)
                      ->  Index Only Scan using a_pkey on usage_record_2012_01 r  (cost=0.00..1.00 rows=7 width=4)
                            Index Cond: (a = 1)
                      ->  Index Scan Backward using b_pkey on b  (cost=0.00..1.00 rows=8 width=4)
                            Filter: (a = 1)
                      ->  Bitmap Heap Scan on c  (cost=0.00..1.00 rows=9 width=4)
                            Recheck Cond: (a = 1)
                            ->  Bitmap Index Scan on c_pkey  (cost=0.00..1.00 rows=9 width=0)
                                  Index Cond: (a = 1)
                    """))
        #expect(plan.scans.map(\.table) == ["party", "usage_record", "b", "c"])
        #expect(plan.scans.map(\.isByIndex) == [false, true, false, true])
        #expect(plan.scans.map(\.rows) == [1100, 7, 8, 9])
        #expect(plan.comparesPairs && !plan.stopsAtItsLimit)
        #expect(Plan(notice: "relation \"party\" already exists, skipping") == nil)
    }

    /// What one call reads by an index at most: a large consortium's members, a year's buckets.
    private static let fewRows = 2500

    private func check(_ path: HotPath, _ plans: [Plan], _ big: Set<String>) {
        let byIndex = Set(plans.flatMap(\.scans).filter(\.isByIndex).map(\.table))
        #expect(byIndex.isSuperset(of: path.tables), "\(path.name) does not read \(path.tables) by an index")
        for plan in plans {
            // With the few rows of a small table that is what an index would cost as well.
            let hasSmall = plan.scans.contains { HotPath.smallTables.contains($0.table) }
            #expect(hasSmall || !plan.comparesPairs, "\(path.name): \(plan.text)")
            let whole = plan.scans.filter { scan in
                big.contains(scan.table) && (!scan.isByIndex || scan.rows > Self.fewRows) && !plan.stopsAtItsLimit
            }
            #expect(Set(whole.map(\.table)).isSubset(of: path.readAsAWhole.keys), "\(path.name): \(plan.text)")
        }
    }

    /// Filled once, copied for each test.
    private static let filled = Task {
        let database = try await Fixture.makeDatabase()
        try database.execute(Seed.sql)
        try database.execute(PlanRows.sql)
        return database
    }
}

extension Catalogue {
    /// Tables with so many rows that nobody waits for all of them. Partitions are counted as the whole.
    static let bigTables = """
        SELECT DISTINCT regexp_replace(relname, '_\\d{4}_\\d{2}$', '') FROM pg_class
        WHERE relnamespace IN ('public'::regnamespace, 'audit'::regnamespace) AND relkind = 'r' AND reltuples > 500
        """
}
