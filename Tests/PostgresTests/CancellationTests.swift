import EventLoop
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

/// Callers that go while their statement runs, statements that take too long, plans that are out of date.
@Suite(.timeLimit(.minutes(5)))
struct CancellationTests {
    private func isRunning(_ mark: String, in target: TestDatabase) throws -> Bool {
        try target.execute(
            """
            SELECT count(*) > 0 FROM pg_stat_activity
            WHERE query LIKE '%AS \(mark)%' AND query NOT LIKE '%pg_stat_activity%' AND state = 'active'
            """) == "t\n"
    }

    private func pid(_ database: Database) async throws -> Int32 {
        try await database.query("SELECT pg_backend_pid()").decode(Int32.self, row: 0, column: 0)
    }

    @Test func aStatementWhoseCallerHasGoneIsStoppedAndTheLaneSurvives() async throws {
        try await withDatabase(configure: {
            $0.lanesPerLoop = 1
            $0.laneStatementTimeout = .seconds(600)
        }) { database, target in
            let before = try await pid(database)
            let gone = Task(executorPreference: EventLoop.current) {
                _ = try await database.query("SELECT pg_sleep(\(600)) AS endless")
            }
            while try !isRunning("endless", in: target) { await Task.yield() }
            // Others that wait behind it on the same connection are not harmed.
            let next = Task(executorPreference: EventLoop.current) { try await pid(database) }
            gone.cancel()
            await #expect(throws: CancellationError.self) { try await gone.value }
            #expect(try await next.value == before)
            #expect(try !isRunning("endless", in: target))
            #expect(await database.health().cancelled == 1)
            #expect(await database.health().slowStatements == 0)
            #expect(await database.health().lanes.reconnects == 0)
        }
    }

    @Test func aCancellationThatStrikesAnotherUnitHarmsNobody() async throws {
        try await withDatabase(configure: {
            $0.lanesPerLoop = 1
            $0.cancelDelay = .zero
        }) { database, target in
            try target.execute("CREATE TABLE t (id int8)")
            // Callers go all the time between others that want their answer, reads and writes.
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<300 {
                    tasks.addTask {
                        switch number % 3 {
                        case 0:
                            let gone = Task(executorPreference: EventLoop.current) {
                                try await database.query("SELECT pg_sleep(\(0.001 + Double(number % 7) / 1000))")
                            }
                            await Task.yield()
                            gone.cancel()
                            _ = await gone.result
                        case 1: try await database.run(["INSERT INTO t VALUES (\(number))"])
                        default:
                            let rows = try await database.read(["SELECT \(number)"])
                            #expect(try rows[0].decode(Int.self, row: 0, column: 0) == number)
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(try target.execute("SELECT count(*), count(DISTINCT id) FROM t") == "100|100\n")
        }
    }

    @Test func aSlowStatementIsStoppedAndReportedWithItsText() async throws {
        let lines = LogLines()
        let target = try TestCluster.shared.makeDatabase()
        let group = EventLoopGroup(count: 1)
        defer { group.shutdown() }
        var configuration = DatabaseConfiguration(connection: target.connection)
        configuration.laneStatementTimeout = .milliseconds(50)
        let database = Database(
            configuration: configuration, group: group, logger: Logger(label: "test") { _ in lines.handler })
        try await database.start()
        let error = await databaseError { _ = try await database.query("SELECT pg_sleep(\(60)) AS slow") }
        #expect(error?.isStatementCancelled == true)
        #expect(await database.health().slowStatements == 1)
        #expect(lines.all.contains { $0.contains("this is a bug") && $0.contains("SELECT pg_sleep($1) AS slow") })
        await database.shutdown()
    }

    @Test func aTransactionsStatementsEndWithItsTime() async throws {
        try await withDatabase { database, _ in
            let options = TransactionOptions(statementTimeout: .milliseconds(30))
            let error = await databaseError {
                try await database.withTransaction(options) { _ = try await $0.query("SELECT pg_sleep(\(60))") }
            }
            #expect(error?.isStatementCancelled == true && error?.statement == 0)
            let after = try await database.withTransaction {
                try await $0.query("SELECT current_setting('statement_timeout')")
            }
            #expect(try after.decode(String.self, row: 0, column: 0) == "5min")
        }
    }

    @Test func aLeaseThatIsLeftInTheMiddleOfACopyStops() async throws {
        try await withDatabase(configure: { $0.leasesPerLoop = 1 }) { database, target in
            try target.execute("CREATE TABLE t (id int8)")
            let began = Gate()
            let task = Task(executorPreference: EventLoop.current) {
                try await database.withTransaction { transaction in
                    _ = try await transaction.copyIn("COPY t FROM STDIN (FORMAT binary)") { copy in
                        try await copy.write(CopyRows.header)
                        began.open()
                        while true {
                            var rows = CopyRows()
                            rows.removeAll()
                            rows.beginRow(columns: 1)
                            rows.append(Int64(1))
                            try await copy.write(rows.bytes)
                            await Task.yield()
                        }
                    }
                }
            }
            await began.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            _ = try await database.withTransaction { try await $0.query("SELECT 1") }
            #expect(try target.execute("SELECT count(*) FROM t") == "0\n")
        }
    }
}

/// What was logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var handler: any LogHandler { Handler(lines: self) }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}
