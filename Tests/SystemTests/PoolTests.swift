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

    /// What the pools do is to be seen from outside, and changes with it.
    @Test func theHealthOfThePoolsIsOnMetrics() async throws {
        let database = try await TestCluster.shared.makeDatabase(template: Template.bare.database.name)
        let options = ["--loops", "1", "--lanes", "2", "--leases", "1", "--lease-queue", "2", "--metrics-port", "0"]
        try await House.with(database, options: options) { house in
            #expect(await createParty(100, in: house) == nil)
            let calm = try scrape(house)
            for (pool, size) in [("lanes", 2), ("leases", 1)] {
                #expect(calm.of("database_connections", pool) == size)
                #expect(calm.of("database_connections_open", pool) == size)
                for name in ["connections_in_use", "queued", "refused_total", "reconnects_total"] {
                    #expect(calm.of("database_\(name)", pool) == 0, "\(name) of \(pool)")
                }
            }
            let waits = try #require(calm.of("database_waits_total", "leases"))
            let lock = try database.hold("SELECT FROM register WHERE register_id = 0 FOR UPDATE")
            try await withThrowingTaskGroup(of: Status?.self) { tasks in
                for number in 0..<5 { tasks.addTask { await createParty(number, in: house) } }
                while try scrape(house).of("database_refused_total", "leases") != 2 { await Task.yield() }
                let busy = try scrape(house)
                #expect(busy.of("database_connections_in_use", "leases") == 1)
                #expect(busy.of("database_queued", "leases") == 2)
                #expect(busy.of("database_waits_total", "leases") == waits + 2)
                lock.release()
                for try await _ in tasks {}
            }
            #expect(try scrape(house).of("database_queued", "leases") == 0)
            try database.allowConnections(false)
            while try scrape(house).reachable != 0 { _ = await createParty(200, in: house) }
            try database.allowConnections(true)
            while try scrape(house).reachable != 1 { await Task.yield() }
            let again = try scrape(house)
            #expect(again.of("database_reconnects_total", "lanes") ?? 0 > 0)
            #expect(again.of("database_failed_connects_total", "lanes") ?? 0 > 0)
        }
    }

    /// The samples of the server's metrics page.
    private func scrape(_ house: House) throws -> Samples {
        let line = house.server.log.split(separator: "\n").first { $0.contains("metrics are served") }
        let port = try #require(line?.firstMatch(of: /port=(\d+)/)?.1)
        let request = "GET /metrics HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n"
        let page = try Command.run([
            "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(port); printf '\(request)' >&3; cat <&3",
        ])
        return Samples(page: page)
    }

    private struct Samples {
        let page: String

        func of(_ name: String, _ pool: String) -> Int? {
            value("\(name){database=\"primary\",pool=\"\(pool)\"} ")
        }

        var reachable: Int? { value("database_reachable{database=\"primary\"} ") }

        private func value(_ prefix: String) -> Int? {
            page.split(separator: "\n").first { $0.hasPrefix(prefix) }.flatMap { Int($0.dropFirst(prefix.count)) }
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
