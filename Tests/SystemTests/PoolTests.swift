import API
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// The server's pool of connections, as its options and its callers see it.
@Suite(.timeLimit(.minutes(5)))
struct PoolTests {
    private func createParty(_ number: Int, in house: House, timeout: Duration? = nil) async -> Status? {
        do {
            _ = try await MunicipalityServiceClient(try house.client(.operator)).createParty(
                .party("x-\(number)", "X"), options: CallOptions(timeout: timeout))
            return nil
        } catch {
            return error as? Status
        }
    }

    @Test func aFullQueueIsResourceExhaustedWithTheTimeToComeBack() async throws {
        let database = try await TestCluster.shared.makeDatabase(template: Template.bare.database.name)
        try await House.with(database, options: ["--loops", "1", "--leases", "1", "--lease-queue", "2"]) { house in
            // Opens the one connection.
            #expect(await createParty(100, in: house) == nil)
            // Whoever appends to the platform's register waits for this lock.
            let lock = try database.hold("SELECT FROM register WHERE register_id = 0 FOR UPDATE")
            let statuses = await withTaskGroup(of: Status?.self) { tasks in
                for number in 0..<8 { tasks.addTask { await createParty(number, in: house) } }
                var statuses: [Status?] = []
                // The refused ones are told at once; the others go on when the lock is let go.
                for await status in tasks {
                    statuses.append(status)
                    if statuses.count == 5 { lock.release() }
                }
                return statuses
            }
            #expect(statuses.count { $0 == nil } == 3)
            let refused = statuses.compactMap { $0 }.map(Refusal.init)
            #expect(refused.map(\.code) == Array(repeating: .resourceExhausted, count: 5))
            #expect(refused.allSatisfy { $0.reason == "OVERLOADED" && $0.hasRetryInfo })
        }
    }

    /// The deadline reaches what runs in the database: nothing goes on for a caller that has gone.
    @Test func aDeadlineStopsWhatRunsInTheDatabase() async throws {
        let database = try await TestCluster.shared.makeDatabase(template: Template.bare.database.name)
        try await House.with(database, options: ["--loops", "1", "--leases", "1"]) { house in
            let lock = try database.hold("SELECT FROM register WHERE register_id = 0 FOR UPDATE")
            let late = await createParty(1, in: house, timeout: .milliseconds(200))
            #expect(late?.code == .deadlineExceeded)
            // Its statement is gone although the lock is still held.
            let waiting = """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = '\(database.name)' AND wait_event_type = 'Lock'
                """
            while try database.number(waiting) != 0 { await Task.yield() }
            lock.release()
            #expect(await createParty(2, in: house) == nil)
            #expect(try database.number("SELECT count(*) FROM party WHERE party_code LIKE 'x-%'") == 1)
        }
    }

    @Test func sizesAreChecked() async throws {
        let database = try await Template.bare.database
        for option in ["--lanes", "--leases", "--lane-queue", "--lease-queue"] {
            await #expect(throws: ServerProcess.Failure.self) {
                _ = try await House.start(on: database, [option, "0"])
            }
        }
    }

    @Test func twoServersThatStartAtOnceMigrateOnce() async throws {
        // Roles belong to the cluster: the first server of all creates them.
        _ = try await Template.bare.database
        let database = try TestCluster.shared.makeDatabase()
        let servers = try await withThrowingTaskGroup(of: ServerProcess.self) { tasks in
            for _ in 0..<2 { tasks.addTask { try await House.start(on: database, ["--migrate"]) } }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        let applied = try database.execute("SELECT count(*), count(DISTINCT number) FROM schema_migration")
        #expect(applied.split(separator: "|").count == 2 && Set(applied.dropLast().split(separator: "|")).count == 1)
        for server in servers { await server.kill() }
    }
}
