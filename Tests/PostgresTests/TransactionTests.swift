import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TransactionTests {
    private struct Refused: Error {}

    @Test func itCommitsWhenTheBodyReturnsAndRollsBackWhenItThrows() async throws {
        try await withDatabase { database, target in
            try target.execute("CREATE TABLE t (id int8)")
            let count = try await database.withTransaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (\(1))")
                let results = try await transaction.run(["INSERT INTO t VALUES (\(2))", "SELECT count(*) FROM t"])
                return try results[1].decode(Int.self, row: 0, column: 0)
            }
            #expect(count == 2)
            await #expect(throws: Refused.self) {
                try await database.withTransaction { transaction in
                    try await transaction.query("INSERT INTO t VALUES (\(3))")
                    throw Refused()
                }
            }
            #expect(try target.execute("SELECT sum(id) FROM t") == "3\n")
        }
    }

    @Test func optionsAreApplied() async throws {
        try await withDatabase { database, _ in
            let options = TransactionOptions(isolation: .serializable, isReadOnly: true)
            let rows = try await database.withTransaction(options) { transaction in
                try await transaction.query(
                    "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
            }
            #expect(try rows[0].decode(String.self, column: 0) == "serializable")
            #expect(try rows[0].decode(String.self, column: 1) == "on")
        }
    }

    @Test func aReportMayWaitForASafeMoment() async throws {
        try await withDatabase { database, _ in
            let options = TransactionOptions(isolation: .serializable, isReadOnly: true, isDeferrable: true)
            let rows = try await database.withTransaction(options) {
                try await $0.query("SELECT current_setting('transaction_deferrable')")
            }
            #expect(try rows.decode(String.self, row: 0, column: 0) == "on")
        }
    }

    @Test func aSavepointUndoesItsPartAlone() async throws {
        try await withDatabase { database, target in
            try target.execute("CREATE TABLE t (id int8 UNIQUE)")
            try await database.withTransaction { transaction in
                func insert(_ id: Int64) async throws { try await transaction.query("INSERT INTO t VALUES (\(id))") }
                try await insert(1)
                let error = await databaseError {
                    try await transaction.withSavepoint {
                        try await insert(2)
                        try await transaction.withSavepoint { try await insert(3) }
                        try await insert(1)
                    }
                }
                #expect(error?.isUniqueViolation == true)
                try await transaction.withSavepoint { try await insert(4) }
                await #expect(throws: Refused.self) {
                    try await transaction.withSavepoint {
                        try await insert(5)
                        throw Refused()
                    }
                }
            }
            #expect(try target.execute("SELECT string_agg(id::text, ' ' ORDER BY id) FROM t") == "1 4\n")
        }
    }

    @Test func anErrorThatTheBodySwallowsIsNotCommitted() async throws {
        try await withDatabase { database, target in
            try target.execute("CREATE TABLE t (id int8)")
            let error = await databaseError {
                try await database.withTransaction { transaction in
                    try await transaction.query("INSERT INTO t VALUES (\(1))")
                    let inner = await databaseError { try await transaction.query("SELECT 1 / \(0)") }
                    #expect(inner?.statement == 0)
                }
            }
            #expect(error?.kind == .misuse)
            #expect(try target.execute("SELECT count(*) FROM t") == "0\n")
        }
    }

    @Test func theFirstStatementsErrorKeepsItsPlace() async throws {
        try await withDatabase { database, _ in
            let error = await databaseError {
                try await database.withTransaction { _ = try await $0.run(["SELECT 1", "SELECT 1 / \(0)"]) }
            }
            #expect(error?.statement == 1)
            #expect(error?.sqlState == "22012")
        }
    }

    @Test func connectionsAreUsedAgainAndWaitersAreServedInOrder() async throws {
        try await withDatabase(configure: { $0.leasesPerLoop = 1 }) { database, target in
            try target.execute("CREATE TABLE log (id int8 GENERATED ALWAYS AS IDENTITY, number int8, pid int4)")
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<20 {
                    tasks.addTask {
                        try await database.withTransaction { transaction in
                            _ = try await transaction.query(
                                "INSERT INTO log (number, pid) VALUES (\(number), pg_backend_pid())")
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            let rows = try await database.query("SELECT number, pid FROM log ORDER BY id")
            #expect(try rows.map { try $0.decode(Int.self, column: 0) } == Array(0..<20))
            #expect(Set(try rows.map { try $0.decode(Int32.self, column: 1) }).count == 1)
        }
    }

    @Test func serializationFailuresAreRecognised() async throws {
        try await withDatabase { database, target in
            try target.execute("CREATE TABLE t (id int8 PRIMARY KEY, n int8); INSERT INTO t VALUES (1, 0)")
            let error = await databaseError {
                try await database.withTransaction(TransactionOptions(isolation: .repeatableRead)) { transaction in
                    try await transaction.query("SELECT n FROM t")
                    _ = try await database.query("UPDATE t SET n = n + 1")
                    try await transaction.query("UPDATE t SET n = n + 1")
                }
            }
            #expect(error?.isSerializationFailure == true)
            #expect(error?.isRetryable == true)
        }
    }

    @Test func itWorksOffTheLoops() async throws {
        try await withDatabase { database, _ in
            let number = try await Task.detached {
                try await database.withTransaction {
                    try await $0.query("SELECT \(7)").decode(Int.self, row: 0, column: 0)
                }
            }.value
            #expect(number == 7)
        }
    }
}
