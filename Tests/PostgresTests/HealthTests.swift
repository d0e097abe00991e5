import EventLoop
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HealthTests {
    @Test func itTellsWhatIsOpenInUseAndWaiting() async throws {
        try await withDatabase(
            loops: 2,
            configure: {
                $0.lanesPerLoop = 2
                $0.leasesPerLoop = 1
                $0.leaseQueueLimit = 1
            }
        ) { database, target in
            let (taken, release) = (Gate(), Gate())
            let holder = Task(executorPreference: EventLoop.current) {
                try await database.withTransaction { transaction in
                    _ = try await transaction.query("SELECT 1")
                    taken.open()
                    await release.wait()
                }
            }
            await taken.wait()
            let waiter = Task(executorPreference: EventLoop.current) {
                try await database.withTransaction { _ = try await $0.query("SELECT 1") }
            }
            await Task.yield()
            #expect(
                await databaseError { try await database.withTransaction { _ in } }?.kind == .overloaded)
            var expected = DatabaseHealth()
            expected.lanes.size = 4
            expected.lanes.open = 4
            expected.leases.size = 2
            expected.leases.open = 1
            expected.leases.inUse = 1
            expected.leases.queued = 1
            expected.leases.waits = 2
            expected.leases.refused = 1
            #expect(await database.health() == expected)
            release.open()
            try await holder.value
            try await waiter.value
            try target.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = '\(target.name)' AND pid <> pg_backend_pid()
                """
            )
            while await database.health().lanes.reconnects < 4 {}
            #expect(await database.health().lanes.open == 4)
        }
    }
}
