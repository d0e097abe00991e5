import EventLoop
import Postgres
import TestSupport
import Testing

/// Reads of several calls in one implicit transaction.
@Suite(.timeLimit(.minutes(5)))
struct SharedReadTests {
    /// What the readers that start in the same turn of a loop see, each under a setting of its own.
    private func outcomes(
        _ database: Database, count: Int, divisor: @escaping @Sendable (Int) -> Int
    ) async throws -> [Int: String] {
        try await withThrowingTaskGroup(of: (Int, String).self) { tasks in
            for number in 0..<count {
                tasks.addTask {
                    do {
                        let rows = try await database.read([
                            "SELECT set_config('my.scope', \(String(number)), true)",
                            "SELECT current_setting('my.scope') || ':' || (\(100) / \(divisor(number)))::text",
                        ])
                        return (number, try rows[1].decode(String.self, row: 0, column: 0))
                    } catch let error as DatabaseError where error.sqlState == "22012" {
                        return (number, "refused at statement \(error.statement ?? -1)")
                    }
                }
            }
            return try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    @Test func eachReadsUnderItsOwnSettings() async throws {
        try await withDatabase(configure: { $0.lanesPerLoop = 1 }) { database, _ in
            let found = try await outcomes(database, count: 300) { _ in 4 }
            for number in 0..<300 { #expect(found[number] == "\(number):25") }
        }
    }

    @Test func anErrorReachesItsOwnReadAlone() async throws {
        try await withDatabase(configure: { $0.lanesPerLoop = 1 }) { database, _ in
            let found = try await outcomes(database, count: 300) { $0 % 7 }
            for number in 0..<300 {
                let expected = number % 7 == 0 ? "refused at statement 1" : "\(number):\(100 / (number % 7))"
                #expect(found[number] == expected)
            }
        }
    }

    @Test func readsAndWritesTakeTurnsOnOneConnection() async throws {
        try await withDatabase(configure: { $0.lanesPerLoop = 1 }) { database, target in
            try target.execute("CREATE TABLE t (id int8 PRIMARY KEY)")
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<200 {
                    tasks.addTask {
                        if number.isMultiple(of: 2) {
                            try await database.run(["INSERT INTO t VALUES (\(number))"])
                        } else {
                            let error = await databaseError { _ = try await database.read(["SELECT 1 / \(0)"]) }
                            #expect(error?.sqlState == "22012")
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(try target.execute("SELECT count(*) FROM t") == "100\n")
        }
    }
}
