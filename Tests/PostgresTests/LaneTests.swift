import EventLoop
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LaneTests {
    @Test func aUnitIsOneTransaction() async throws {
        try await withDatabase { database, target in
            try target.execute("CREATE TABLE t (id int8 PRIMARY KEY, name text)")
            let results = try await database.run([
                "INSERT INTO t VALUES (\(1), \("a")), (\(2), \("b"))",
                "SELECT id, name FROM t ORDER BY id",
            ])
            #expect(results[0].affected == 2)
            #expect(try results[1].map { try $0.decode(String.self, column: 1) } == ["a", "b"])
            let error = await databaseError {
                _ = try await database.run([
                    "INSERT INTO t VALUES (\(3), \("c"))", "INSERT INTO t VALUES (\(1), \("again"))",
                    "INSERT INTO t VALUES (\(4), \("d"))",
                ])
            }
            #expect(error?.isUniqueViolation == true)
            #expect(error?.constraint == "t_pkey")
            #expect(error?.table == "t")
            #expect(error?.statement == 1)
            #expect(error?.isInDoubt == false)
            #expect(try target.execute("SELECT count(*) FROM t") == "2\n")
        }
    }

    @Test func transactionLocalSettingsReachTheNextStatementAndNoFurther() async throws {
        try await withDatabase(configure: { $0.lanesPerLoop = 1 }) { database, _ in
            let results = try await database.run([
                "SELECT set_config('my.scope', \("a"), true)", "SELECT current_setting('my.scope', true)",
            ])
            #expect(try results[1].decode(String.self, row: 0, column: 0) == "a")
            let after = try await database.query("SELECT current_setting('my.scope', true)")
            #expect(try after.decode(String?.self, row: 0, column: 0) == "")
        }
    }

    @Test func anErrorStaysInItsUnit() async throws {
        try await withDatabase(configure: { $0.lanesPerLoop = 1 }) { database, _ in
            let outcomes = try await withThrowingTaskGroup(of: (Int, Int?).self) { tasks in
                for number in 0..<200 {
                    tasks.addTask {
                        do {
                            let rows = try await database.query("SELECT \(100) / \(number % 5)")
                            return (number, try rows.decode(Int.self, row: 0, column: 0))
                        } catch let error as DatabaseError where error.sqlState == "22012" {
                            return (number, nil)
                        }
                    }
                }
                return try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for number in 0..<200 { #expect(outcomes[number] == (number % 5 == 0 ? nil : 100 / (number % 5))) }
        }
    }

    @Test func aFailedPreparationIsForgotten() async throws {
        try await withDatabase(configure: { $0.lanesPerLoop = 1 }) { database, target in
            func count() async throws -> Int {
                try await database.query("SELECT count(*) FROM later").decode(Int.self, row: 0, column: 0)
            }
            let errors = await withTaskGroup(of: String?.self) { tasks in
                for _ in 0..<4 { tasks.addTask { await databaseError { _ = try await count() }?.sqlState } }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(errors == Array(repeating: "42P01", count: 4))
            try target.execute("CREATE TABLE later (id int8)")
            #expect(try await count() == 0)
            #expect(try await count() == 0)
        }
    }

    @Test func aChangedTableIsPreparedAnew() async throws {
        try await withDatabase(configure: { $0.lanesPerLoop = 1 }) { database, target in
            try target.execute("CREATE TABLE t (id int8); INSERT INTO t VALUES (1)")
            func columns() async throws -> Int { try await database.query("SELECT * FROM t").columns }
            #expect(try await columns() == 1)
            try target.execute("ALTER TABLE t ADD name text")
            #expect(try await columns() == 2)
            // The same for reads that share a transaction, and in a transaction of one's own it is an error.
            func shared() async throws -> Int { try await database.read(["SELECT * FROM t"])[0].columns }
            #expect(try await shared() == 2)
            try target.execute("ALTER TABLE t ADD other text")
            #expect(try await shared() == 3)
            func leased() async throws -> Int {
                try await database.withTransaction { try await $0.query("TABLE t").columns }
            }
            #expect(try await leased() == 3)
            try target.execute("ALTER TABLE t ADD last text")
            #expect(await databaseError { _ = try await leased() }?.isStalePlan == true)
            #expect(try await leased() == 4)
        }
    }

    @Test func deferredConstraintsFailAtTheSync() async throws {
        try await withDatabase { database, target in
            try target.execute(
                "CREATE TABLE t (id int8 UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO t VALUES (1)")
            let error = await databaseError { _ = try await database.query("INSERT INTO t VALUES (\(1))") }
            #expect(error?.isUniqueViolation == true)
            #expect(error?.isInDoubt == false)
            #expect(error?.statement == nil)
            let rows = try await database.query("SELECT id FROM t")
            #expect(rows.count == 1)
        }
    }

    @Test func manyTasksOnManyLoopsGetTheirOwnAnswers() async throws {
        try await withDatabase(loops: 2) { database, _ in
            let sum = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for number in 0..<2000 {
                    tasks.addTask {
                        let rows = try await database.query("SELECT \(number)")
                        return try rows.decode(Int.self, row: 0, column: 0) == number ? 1 : 0
                    }
                }
                return try await tasks.reduce(0, +)
            }
            #expect(sum == 2000)
        }
    }

    @Test func itWorksOffTheLoops() async throws {
        try await withDatabase { database, _ in
            let (row, isOnLoop) = try await Task.detached {
                (try await database.query("SELECT \(7)").decode(Int.self, row: 0, column: 0), EventLoop.current != nil)
            }.value
            #expect(row == 7)
            #expect(!isOnLoop)
        }
    }

    @Test func settingsAndRoleAreApplied() async throws {
        let target = try TestCluster.shared.makeDatabase()
        try target.execute("CREATE ROLE app_reader")
        try await withDatabase(
            connection: target,
            configure: {
                $0.role = "app_reader"
                $0.settings["work_mem"] = "8MB"
                $0.laneStatementTimeout = .milliseconds(1234)
            }
        ) { database, _ in
            var row = try await database.query(
                """
                SELECT current_user::text, current_setting('TimeZone'), current_setting('statement_timeout'),
                       current_setting('work_mem'), current_setting('application_name')
                """)[0]
            #expect(try row.next(String.self) == "app_reader")
            #expect(try row.next(String.self) == "UTC")
            #expect(try row.next(String.self) == "1234ms")
            #expect(try row.next(String.self) == "8MB")
            #expect(try row.next(String.self) == "allmende")
        }
    }

    @Test func aLongStatementOnALaneIsCancelledByItsTimeout() async throws {
        try await withDatabase(configure: { $0.laneStatementTimeout = .milliseconds(50) }) { database, _ in
            let error = await databaseError { _ = try await database.query("SELECT pg_sleep(\(60))") }
            #expect(error?.isStatementCancelled == true)
        }
    }
}
