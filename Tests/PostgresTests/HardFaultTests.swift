import EventLoop
import Glibc
import Postgres
import Synchronization
import TestSupport
import Testing

/// Networks that fail anywhere, servers that stand still or run out of room. After each: what was acknowledged is there
/// once, what was refused is absent, and the pool is as good as new.
@Suite(.timeLimit(.minutes(5)))
struct HardFaultTests {
    /// What became of each number that was to be stored.
    private final class Ledger: Sendable {
        struct State {
            var acknowledged: Set<Int> = []
            var doubtful: Set<Int> = []
            var next = 0
        }
        let state = Mutex(State())

        func next() -> Int {
            state.withLock { state in
                state.next += 1
                return state.next
            }
        }

        func record(_ number: Int, _ error: DatabaseError?) {
            state.withLock { state in
                if error == nil { state.acknowledged.insert(number) }
                if error?.isInDoubt == true { state.doubtful.insert(number) }
            }
        }

        func check(_ target: TestDatabase) throws {
            let stored = try target.execute("SELECT id FROM t ORDER BY id").split(separator: "\n").compactMap {
                Int($0)
            }
            let (acknowledged, doubtful) = state.withLock { ($0.acknowledged, $0.doubtful) }
            #expect(Set(stored).count == stored.count, "something was stored twice")
            #expect(acknowledged.subtracting(stored).isEmpty, "something acknowledged is missing")
            #expect(Set(stored).subtracting(acknowledged).subtracting(doubtful).isEmpty, "something refused is there")
        }
    }

    /// Every kind of work there is, one of which each number takes.
    private static func store(_ number: Int, _ database: Database) async throws {
        switch number % 4 {
        case 0: try await database.run(["SELECT 1", "INSERT INTO t VALUES (\(number))", "SELECT 2"])
        case 1:
            try await database.withTransaction { transaction in
                _ = try await transaction.query("SELECT 1")
                _ = try await transaction.query("INSERT INTO t VALUES (\(number))")
            }
        case 2:
            try await database.withTransaction { transaction in
                _ = try await transaction.copyIn("COPY t FROM STDIN (FORMAT binary)") { copy in
                    var rows = CopyRows()
                    rows.beginRow(columns: 1)
                    rows.append(Int64(number))
                    rows.end()
                    for byte in rows.bytes { try await copy.write([byte]) }
                }
            }
        default:
            try await database.withTransaction { transaction in
                _ = try await transaction.query("INSERT INTO t VALUES (\(number))")
                let copy = try await transaction.copyOut("COPY (SELECT generate_series(1, 2000)) TO STDOUT")
                while try await copy.next({ $0.count }) != nil {}
            }
        }
    }

    private func work(_ database: Database, _ ledger: Ledger, tasks: Int, while goesOn: @Sendable @escaping () -> Bool)
        async
    {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    while goesOn() {
                        await Task.yield()
                        let number = ledger.next()
                        ledger.record(number, await databaseError { try await Self.store(number, database) })
                    }
                }
            }
        }
    }

    /// The pool serves again, all of its connections, and nothing more is open than it says.
    private func checkHealth(_ database: Database, _ target: TestDatabase) async throws {
        while await databaseError({ _ = try await database.query("SELECT 1") }) != nil { await Task.yield() }
        while await database.health().lanes.open < database.health().lanes.size { await Task.yield() }
        let health = await database.health()
        #expect(health.lanes.queued == 0 && health.leases.queued == 0 && health.leases.inUse == 0)
        #expect(health.breaker == .closed)
        // Sessions that were cut off end when their server notices.
        while true {
            let health = await database.health()
            // One more for statements to cancel.
            let open = health.lanes.open + health.leases.open
            let sessions = try target.execute(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = '\(target.name)' AND application_name = 'allmende'
                """)
            if let count = Int(sessions.dropLast()), (open...open + 1).contains(count) { return }
            await Task.yield()
        }
    }

    @Test(arguments: [UInt64(11), 12])
    func aNetworkThatFailsAnywhereLosesNothing(seed: UInt64) async throws {
        let target = try TestCluster.shared.makeDatabase()
        try target.execute("CREATE TABLE t (id int8)")
        let proxy = try FaultyProxy(to: target, seed: seed)
        defer { proxy.close() }
        try await withDatabase(
            connection: target,
            configure: {
                $0.connection = proxy.connection
                $0.maximumRetryDelay = .milliseconds(20)
                $0.firstRetryDelay = .milliseconds(1)
            }, isStarted: false
        ) { database, target in
            let ledger = Ledger()
            await work(database, ledger, tasks: 8) { proxy.counts.faults < 150 }
            proxy.calmDown()
            try await checkHealth(database, target)
            try ledger.check(target)
            #expect(ledger.state.withLock { $0.acknowledged.count } > 50)
            let open = await database.health()
            #expect(proxy.counts.open <= open.lanes.open + open.leases.open + 1)
        }
        while proxy.counts.open > 0 { await Task.yield() }
    }

    @Test func sessionsThatEndAtEveryStepOfEveryWorkLoseNothing() async throws {
        try await withDatabase(configure: {
            $0.lanesPerLoop = 1
            $0.leasesPerLoop = 2
            $0.maximumRetryDelay = .milliseconds(20)
        }) { database, target in
            try target.execute("CREATE TABLE t (id int8)")
            let ledger = Ledger()
            let rounds = Mutex(0)
            let killer = Task.detached {
                for _ in 0..<40 {
                    try target.execute(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = '\(target.name)' AND application_name = 'allmende'
                        """)
                }
                rounds.withLock { $0 = 1 }
            }
            await work(database, ledger, tasks: 6) { rounds.withLock { $0 } == 0 }
            try await killer.value
            try await checkHealth(database, target)
            try ledger.check(target)
        }
    }

    @Test func aServerThatStandsStillHoldsNobody() async throws {
        let cluster = try TestCluster()
        let target = try cluster.makeDatabase()
        try await withDatabase(
            connection: target,
            configure: {
                $0.lanesPerLoop = 1
                $0.leasesPerLoop = 1
                $0.unitQueueLimit = 2
                $0.unitsInFlightPerLane = 1
            }
        ) { database, target in
            try target.execute("CREATE TABLE t (id int8)")
            _ = try await database.withTransaction { try await $0.query("SELECT 1") }
            try cluster.signal(SIGSTOP)
            defer { try? cluster.signal(SIGCONT) }
            let waiting = (0..<3).map { number in
                Task(executorPreference: EventLoop.current) {
                    try await database.query("INSERT INTO t VALUES (\(number))")
                }
            }
            let leased = Task(executorPreference: EventLoop.current) {
                try await database.withTransaction { _ = try await $0.query("INSERT INTO t VALUES (\(9))") }
            }
            await Task.yield()
            // The queue is full; who gives up gets an answer although the server gives none.
            #expect(await databaseError { _ = try await database.query("SELECT 1") }?.kind == .overloaded)
            waiting[1].cancel()
            leased.cancel()
            await #expect(throws: CancellationError.self) { _ = try await waiting[1].value }
            await #expect(throws: CancellationError.self) { try await leased.value }
            try cluster.signal(SIGCONT)
            _ = try await waiting[0].value
            _ = try await waiting[2].value
            try await checkHealth(database, target)
            // The first was sent, the second never.
            #expect(try target.execute("SELECT string_agg(id::text, ' ' ORDER BY id) FROM t") == "0 2\n")
        }
    }

    @Test func aFullDiskRefusesAndNothingElse() async throws {
        let cluster = TestCluster.shared
        guard let folder = try? cluster.makeSmallDisk(megabytes: 4) else {
            return print("skipped: no small disk can be mounted here, which takes root's rights")
        }
        defer { try? cluster.removeSmallDisk(folder) }
        try await withDatabase { database, target in
            try target.execute("CREATE TABLESPACE small LOCATION '\(folder)'")
            // A page for each row.
            try target.execute("CREATE TABLE t (id int8, filler text) TABLESPACE small")
            try target.execute("ALTER TABLE t ALTER filler SET STORAGE PLAIN")
            let filler = String(repeating: "x", count: 7000)
            var (stored, refused) = (0, 0)
            while refused < 3 {
                let error = await databaseError {
                    if stored.isMultiple(of: 2) {
                        try await database.query("INSERT INTO t VALUES (\(stored), \(filler))")
                    } else {
                        try await database.withTransaction {
                            _ = try await $0.query("INSERT INTO t VALUES (\(stored), \(filler))")
                        }
                    }
                }
                if error == nil { stored += 1 } else { refused += 1 }
                if let error { #expect(error.sqlState == "53100" && !error.isInDoubt, "\(error)") }
            }
            #expect(stored > 100)
            #expect(try target.execute("SELECT count(*), count(DISTINCT id) FROM t") == "\(stored)|\(stored)\n")
            // With room again, the same connections go on.
            try target.execute("DROP TABLE t")
            try target.execute("CREATE TABLE t (id int8, filler text) TABLESPACE small")
            try await database.query("INSERT INTO t VALUES (\(0), \(filler))")
            try target.execute("DROP TABLE t")
            try target.execute("DROP TABLESPACE small")
        }
    }
}
