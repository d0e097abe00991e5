import EventLoop
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

/// Connections that end at every step, servers that stop, tasks that are cancelled, queues that are full.
@Suite(.timeLimit(.minutes(5)))
struct FaultTests {
    @Test func aLaneThatIsCutFailsItsUnitAndComesBack() async throws {
        try await withDatabase(configure: { $0.lanesPerLoop = 1 }) { database, target in
            try target.execute("CREATE TABLE t (id int8)")
            for _ in 0..<5 {
                let error = await databaseError {
                    _ = try await database.run([
                        "INSERT INTO t VALUES (\(1))", "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1",
                    ])
                }
                #expect(error?.isConnectionProblem == true)
                #expect(error?.isInDoubt == false)
                let rows = try await database.query("SELECT count(*) FROM t")
                #expect(try rows.decode(Int.self, row: 0, column: 0) == 0)
            }
        }
    }

    @Test func unitsBehindOneThatEndsTheSessionAreThereOrHaveFailed() async throws {
        try await withDatabase(configure: { $0.lanesPerLoop = 1 }) { database, target in
            try target.execute("CREATE TABLE t (id int8)")
            let errors = await withTaskGroup(of: (isLast: Bool, error: DatabaseError?).self) { tasks in
                tasks.addTask {
                    let error = await databaseError {
                        _ = try await database.query("SELECT pg_terminate_backend(pg_backend_pid())")
                    }
                    return (true, error)
                }
                for number in 0..<20 {
                    tasks.addTask {
                        let error = await databaseError {
                            _ = try await database.query("INSERT INTO t VALUES (\(number))")
                        }
                        return (false, error)
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(errors.first { $0.isLast }?.error != nil)
            let inserts = errors.filter { !$0.isLast }.map(\.error)
            let done = inserts.count { $0 == nil }
            // Sent after the server had gone, or answered by nobody: the error says so, and either end is possible.
            let doubtful = inserts.count { $0?.isInDoubt == true }
            let rows = try await database.query("SELECT count(*), count(DISTINCT id) FROM t")
            let stored = try rows.decode(Int.self, row: 0, column: 0)
            #expect((done...done + doubtful).contains(stored))
            #expect(try rows.decode(Int.self, row: 0, column: 1) == stored)
        }
    }

    @Test func aLostCommitIsInDoubt() async throws {
        try await withDatabase { database, target in
            // A deferred trigger kills the session inside COMMIT.
            try target.execute(
                """
                CREATE TABLE t (id int8);
                CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER die AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION die()
                """)
            let lane = await databaseError { _ = try await database.query("INSERT INTO t VALUES (\(1))") }
            #expect(lane?.isInDoubt == true)
            #expect(lane?.isRetryable == false)
            let inside = await databaseError {
                try await database.withTransaction { transaction in
                    _ = try await transaction.query("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(inside != nil)
            #expect(inside?.isInDoubt == false)
        }
    }

    @Test func aTransactionSurvivesAtNoStepTheEndOfItsConnection() async throws {
        try await withDatabase(configure: { $0.leasesPerLoop = 1 }) { database, target in
            try target.execute("CREATE TABLE t (id int8, name text)")
            for step in 0..<4 {
                let error = await databaseError {
                    try await database.withTransaction { transaction in
                        let pid = try await transaction.query("SELECT pg_backend_pid()")
                            .decode(Int32.self, row: 0, column: 0)
                        func cut() async throws {
                            _ = try await database.query("SELECT pg_terminate_backend(\(pid), 10000)")
                        }
                        if step == 0 { try await cut() }
                        _ = try await transaction.query("INSERT INTO t VALUES (\(1))")
                        if step == 1 { try await cut() }
                        _ = try await transaction.copyIn("COPY t FROM STDIN (FORMAT binary)") { copy in
                            if step == 2 { try await cut() }
                            var rows = CopyRows()
                            rows.end()
                            try await copy.write(rows.bytes)
                        }
                        let copy = try await transaction.copyOut("COPY (SELECT generate_series(1, 300000)) TO STDOUT")
                        _ = try await copy.next { $0.count }
                        if step == 3 { try await cut() }
                        while try await copy.next({ $0.count }) != nil {}
                    }
                }
                #expect(error != nil, "step \(step)")
                #expect(error?.isInDoubt == false, "step \(step)")
                let rows = try await database.withTransaction { try await $0.query("SELECT count(*) FROM t") }
                #expect(try rows.decode(Int.self, row: 0, column: 0) == 0)
            }
        }
    }

    @Test func aFullQueueRefuses() async throws {
        try await withDatabase(configure: {
            $0.lanesPerLoop = 1
            $0.unitsInFlightPerLane = 1
            $0.unitQueueLimit = 3
            $0.leasesPerLoop = 1
            $0.leaseQueueLimit = 2
        }) { database, _ in
            let kinds = await withTaskGroup(of: DatabaseError.Kind?.self) { tasks in
                for _ in 0..<10 {
                    tasks.addTask { await databaseError { _ = try await database.query("SELECT 1") }?.kind }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(kinds.count { $0 == nil } == 4)
            #expect(kinds.count { $0 == .overloaded } == 6)
            let leases = await withTaskGroup(of: DatabaseError.Kind?.self) { tasks in
                for _ in 0..<10 {
                    tasks.addTask {
                        await databaseError {
                            try await database.withTransaction { _ = try await $0.query("SELECT 1") }
                        }?.kind
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(leases.count { $0 == nil } == 2)
            #expect(leases.count { $0 == .overloaded } == 8)
        }
    }

    @Test func aCancelledUnitReturnsAtOnceAndAQueuedOneIsNeverSent() async throws {
        try await withDatabase(configure: {
            $0.lanesPerLoop = 1
            $0.unitsInFlightPerLane = 1
        }) { database, target in
            try target.execute("CREATE TABLE t (id int8)")
            // The lane is busy until this lock is released.
            let (locked, release) = (Gate(), Gate())
            let holder = Task(executorPreference: EventLoop.current) {
                try await database.withTransaction { transaction in
                    _ = try await transaction.query("SELECT pg_advisory_xact_lock(1)")
                    locked.open()
                    await release.wait()
                }
            }
            await locked.wait()
            let blocked = Task(executorPreference: EventLoop.current) {
                try await database.query("SELECT pg_advisory_xact_lock(1)")
            }
            let queued = Task(executorPreference: EventLoop.current) {
                try await database.query("INSERT INTO t VALUES (\(1))")
            }
            let last = Task(executorPreference: EventLoop.current) {
                try await database.query("INSERT INTO t VALUES (\(2))")
            }
            // The loop runs its tasks in order: after this turn all three wait, the first one at the server.
            await Task.yield()
            queued.cancel()
            blocked.cancel()
            await #expect(throws: CancellationError.self) { _ = try await queued.value }
            await #expect(throws: CancellationError.self) { _ = try await blocked.value }
            release.open()
            try await holder.value
            _ = try await last.value
            #expect(try target.execute("SELECT id FROM t") == "2\n")
        }
    }

    @Test func aCancelledTransactionStopsItsStatementOnTheServer() async throws {
        try await withDatabase(configure: { $0.leasesPerLoop = 1 }) { database, _ in
            let started = Gate()
            let task = Task(executorPreference: EventLoop.current) {
                try await database.withTransaction { transaction in
                    _ = try await transaction.query("SELECT 1")
                    started.open()
                    _ = try await transaction.query("SELECT pg_sleep(\(3600)) AS endless")
                }
            }
            await started.wait()
            await Task.yield()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            // The pool of one serves the next, on a new connection.
            _ = try await database.withTransaction { try await $0.query("SELECT 1") }
            var isRunning = true
            while isRunning {
                let rows = try await database.query(
                    "SELECT count(*) > 1 FROM pg_stat_activity WHERE query LIKE '%AS endless%' AND state = 'active'"
                )
                isRunning = try rows.decode(Bool.self, row: 0, column: 0)
            }
        }
    }

    @Test func aWaiterThatIsCancelledLeavesTheQueue() async throws {
        try await withDatabase(configure: { $0.leasesPerLoop = 1 }) { database, _ in
            let (taken, release) = (Gate(), Gate())
            let holder = Task(executorPreference: EventLoop.current) {
                try await database.withTransaction { _ in
                    taken.open()
                    await release.wait()
                }
            }
            await taken.wait()
            let waiter = Task(executorPreference: EventLoop.current) {
                try await database.withTransaction { _ = try await $0.query("SELECT 1") }
            }
            await Task.yield()
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            release.open()
            try await holder.value
            _ = try await database.withTransaction { try await $0.query("SELECT 1") }
        }
    }

    @Test func withoutAServerItFailsAtOnceAndRecoversByItself() async throws {
        let cluster = try TestCluster()
        let target = try cluster.makeDatabase()
        try await withDatabase(
            connection: target,
            configure: {
                $0.lanesPerLoop = 1
                $0.maximumRetryDelay = .milliseconds(100)
            }
        ) { database, _ in
            _ = try await database.withTransaction { try await $0.query("SELECT 1") }
            try cluster.stop()
            // A refusal does not suspend, so the loop gets its turn by a yield.
            func attempt() async -> DatabaseError? {
                await Task.yield()
                return await databaseError { _ = try await database.query("SELECT 1") }
            }
            while await attempt()?.kind != .unavailable {}
            let lease = await databaseError {
                try await database.withTransaction { _ = try await $0.query("SELECT 1") }
            }
            #expect(lease?.isConnectionProblem == true)
            try cluster.start()
            while await attempt() != nil {}
            _ = try await database.withTransaction { try await $0.query("SELECT 1") }
        }
    }

    @Test func aStartWithoutAServerFails() async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.shutdown() }
        let database = Database(
            configuration: DatabaseConfiguration(connection: "host=/tmp/no-such-directory"), group: group,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let error = await databaseError { try await database.start() }
        #expect(error?.kind == .unavailable)
        await database.shutdown()
        let closed = await databaseError { _ = try await database.query("SELECT 1") }
        #expect(closed?.kind == .closed)
    }

    @Test func oneThatDidNotStartIsTakenApartOnItsLoops() async throws {
        let group = EventLoopGroup(count: 2)
        var configuration = DatabaseConfiguration(connection: "host=/tmp/no-such-directory")
        configuration.lanesPerLoop = 1
        // The next attempt is still waited for when the last reference is gone.
        configuration.firstRetryDelay = .seconds(60)
        configuration.maximumRetryDelay = .seconds(60)
        for _ in 0..<20 {
            let database = Database(
                configuration: configuration, group: group,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            #expect(await databaseError { try await database.start() }?.kind == .unavailable)
            while await database.health().lanes.failedConnects < 2 {}
        }
        await Task.detached { group.shutdown() }.value
    }

    @Test func aListenerHearsAndTellsWhenItMayHaveMissed() async throws {
        try await withDatabase { database, target in
            let (events, continuation) = AsyncStream.makeStream(of: ListenEvent.self)
            let listener = database.listen(["revoked", "Other \"channel\""]) { continuation.yield($0) }
            var iterator = events.makeAsyncIterator()
            #expect(await iterator.next() == .mayHaveMissed)
            _ = try await database.query("SELECT pg_notify('revoked', \("a")), pg_notify('Other \"channel\"', 'b')")
            #expect(await iterator.next() == .notification(DatabaseNotification(channel: "revoked", payload: "a")))
            let other = DatabaseNotification(channel: "Other \"channel\"", payload: "b")
            #expect(await iterator.next() == .notification(other))
            try target.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
            #expect(await iterator.next() == .mayHaveMissed)
            _ = try await database.query("SELECT pg_notify('revoked', \("c"))")
            #expect(await iterator.next() == .notification(DatabaseNotification(channel: "revoked", payload: "c")))
            listener.stop()
        }
    }
}

/// Lets a task wait until another says so.
final class Gate: Sendable {
    private let stream = AsyncStream.makeStream(of: Void.self)

    func open() { stream.continuation.finish() }

    func wait() async { for await _ in stream.stream {} }
}
