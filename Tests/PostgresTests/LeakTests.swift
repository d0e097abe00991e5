import EventLoop
import Glibc
import Postgres
import TestSupport
import Testing

/// What faults leave behind in the client, in a process of its own, where nobody else opens or keeps anything.
@Suite(.timeLimit(.minutes(5)))
struct LeakTests {
    /// The first round fills what is kept for good: caches, queues, what the runtime makes at first use.
    private static let rounds = 5
    /// What the heap may grow by in all of them together. The allocator and the queue that connects keep some 100 KiB
    /// in reserve, now more, now less; forty lost connections of each round would have 24 KiB each.
    private static let reserve = 1 << 20

    @Test func faultsLeaveNoDescriptorAndNoMemory() async {
        await #expect(processExitsWith: .success) {
            let cluster = try TestCluster()
            let target = try cluster.makeDatabase()
            try target.execute("CREATE TABLE t (id int8)")
            try await withDatabase(
                connection: target,
                configure: {
                    $0.firstRetryDelay = .milliseconds(1)
                    $0.maximumRetryDelay = .milliseconds(20)
                }
            ) { database, target in
                var settled: ProcessUse?
                for round in 0..<LeakTests.rounds {
                    for fault in Fault.allCases {
                        try await fault.strike(database, target)
                        try await becomeWhole(database)
                    }
                    guard let before = settled else {
                        settled = try ProcessUse(besides: await database.health())
                        continue
                    }
                    let use = try await ProcessUse.settled(database, to: before)
                    try #require(use.descriptors <= before.descriptors + 1, "round \(round)")
                    try #require(use.heapBytes < before.heapBytes + LeakTests.reserve, "round \(round)")
                }
            }
        }
    }
}

/// What can happen while work is under way.
private enum Fault: CaseIterable {
    case terminatedBackends, standstill, restart, abandonedCopies, lostCommits

    func strike(_ database: Database, _ target: TestDatabase) async throws {
        let work = (0..<8).map { number in
            Task(executorPreference: EventLoop.current) { try await Fault.work(number, database) }
        }
        await Task.yield()
        switch self {
        case .terminatedBackends: try Fault.terminateAll(target)
        case .standstill:
            try target.cluster.signal(SIGSTOP)
            for task in work { task.cancel() }
            await Task.yield()
            try target.cluster.signal(SIGCONT)
        case .restart:
            try target.cluster.stop()
            try target.cluster.start()
        case .abandonedCopies: for task in work { task.cancel() }
        case .lostCommits:
            for _ in 0..<5 {
                _ = try? await database.query("SELECT pg_terminate_backend(pg_backend_pid())")
                try Fault.terminateAll(target)
            }
        }
        for task in work { _ = await task.result }
    }

    private static func terminateAll(_ target: TestDatabase) throws {
        try target.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = '\(target.name)' AND application_name = 'allmende'
            """)
    }

    private static func work(_ number: Int, _ database: Database) async throws {
        for _ in 0..<20 {
            try await database.query("INSERT INTO t VALUES (\(number))")
            try await database.withTransaction { transaction in
                _ = try await transaction.copyIn("COPY t FROM STDIN (FORMAT binary)") { copy in
                    var rows = CopyRows()
                    rows.beginRow(columns: 1)
                    rows.append(Int64(number))
                    rows.end()
                    try await copy.write(rows.bytes)
                }
                let copy = try await transaction.copyOut("COPY (SELECT generate_series(1, 20000)) TO STDOUT")
                while try await copy.next({ $0.count }) != nil {}
            }
        }
    }
}

/// Waits until every lane is open again and leases can be had.
private func becomeWhole(_ database: Database) async throws {
    while await databaseError({ _ = try await database.query("SELECT 1") }) != nil { await Task.yield() }
    while await database.health().lanes.open < database.health().lanes.size { await Task.yield() }
    while await databaseError({ try await database.withTransaction { _ = try await $0.query("SELECT 1") } }) != nil {
        await Task.yield()
    }
}

/// What this process holds beside the connections that its pool says are open.
private struct ProcessUse {
    let descriptors: Int
    /// Of what was allocated and not freed; how much the allocator keeps of the machine's memory is its own affair.
    let heapBytes: Int

    init(besides health: DatabaseHealth) throws {
        let listing = try Command.run(["ls", "/proc/\(getpid())/fd"])
        descriptors = listing.split(separator: "\n").count - health.lanes.open - health.leases.open
        heapBytes = try ProcessUse.heap()
    }

    /// Looks again for a while as long as there are more descriptors than before: connections that are being opened,
    /// and the one that cancels, come and go.
    static func settled(_ database: Database, to before: ProcessUse) async throws -> ProcessUse {
        for _ in 0..<100 {
            let use = try ProcessUse(besides: await database.health())
            if use.descriptors <= before.descriptors + 1 { return use }
            await Task.yield()
        }
        return try ProcessUse(besides: await database.health())
    }

    private struct NoReport: Error {}

    /// From `malloc_info(3)`, which Glibc's module does not know: what was taken from the system, less what is free.
    private static func heap() throws -> Int {
        typealias Report = @convention(c) (CInt, UnsafeMutablePointer<FILE>) -> CInt
        var text: UnsafeMutablePointer<CChar>?
        var length = 0
        guard let symbol = dlsym(nil, "malloc_info"), let stream = open_memstream(&text, &length) else {
            throw NoReport()
        }
        _ = unsafeBitCast(symbol, to: Report.self)(0, stream)
        fclose(stream)
        defer { free(text) }
        // The totals follow the arenas.
        let report = text.map { String(cString: $0) } ?? ""
        let totals = report.split(separator: "</heap>").last?.split(separator: "\n") ?? []
        func size(_ kind: String) throws -> Int {
            guard let line = totals.first(where: { $0.contains(kind) }),
                let size = line.split(separator: "size=\"").last.flatMap({ Int($0.prefix { $0.isNumber }) })
            else { throw NoReport() }
            return size
        }
        return try size("<system type=\"current\"") + size("type=\"mmap\"") - size("type=\"fast\"")
            - size("type=\"rest\"")
    }
}
