import Postgres
import TestSupport
import Testing

/// What a client says of work whose answer never came.
@Suite(.timeLimit(.minutes(5)))
struct DoubtTests {
    /// The server has committed everything, and the network has told the client nothing of it.
    @Test func unitsWhoseAnswersAreLostOnTheWayAreInDoubtAndNotDoneAgain() async throws {
        let target = try TestCluster.shared.makeDatabase()
        try target.execute("CREATE TABLE t (id int8)")
        let proxy = try FaultyProxy(to: target, seed: 1)
        defer { proxy.close() }
        proxy.calmDown()
        try await withDatabase(
            connection: target,
            configure: {
                $0.connection = proxy.connection
                $0.lanesPerLoop = 1
                $0.firstRetryDelay = .milliseconds(1)
            }
        ) { database, target in
            _ = try await database.query("INSERT INTO t VALUES (\(0))")
            proxy.swallowAnswers()
            let errors = await withTaskGroup(of: DatabaseError?.self) { tasks in
                for number in 1...20 {
                    tasks.addTask {
                        await databaseError { _ = try await database.query("INSERT INTO t VALUES (\(number))") }
                    }
                }
                while (try? target.execute("SELECT count(*) FROM t"))?.hasPrefix("21") != true { await Task.yield() }
                proxy.cut()
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(errors.count == 20)
            for error in errors {
                #expect(error?.isConnectionProblem == true && error?.isInDoubt == true, "\(String(describing: error))")
                #expect(error?.isRetryable == false)
            }
            // Whoever comes next finds a connection, and each row is there once.
            let rows = try await database.query("SELECT count(*), count(DISTINCT id) FROM t")
            #expect(try rows.decode(Int.self, row: 0, column: 0) == 21)
            #expect(try rows.decode(Int.self, row: 0, column: 1) == 21)
        }
        while proxy.counts.open > 0 { await Task.yield() }
    }
}
