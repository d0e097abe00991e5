import EventLoop
import Logging
import Postgres
import Services
import Store
import TLS
import TestSupport

extension House {
    /// Does what is due today, as a server does it by itself.
    func sweep() async throws {
        try await withSweeps(1, of: database) { _ = try await $0[0].run() }
    }
}

/// Sweeps as so many servers have them, each with connections of its own.
func withSweeps(
    _ count: Int, of target: TestDatabase, _ body: @Sendable @escaping ([DeadlineSweep]) async throws -> Void
) async throws {
    let group = EventLoopGroup(count: 1)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let key = try SigningKey.generate()
    let databases = (0..<count).map { _ in
        Database(
            configuration: DatabaseConfiguration(connection: target.connection, role: "allmende_app"),
            group: group, logger: logger)
    }
    let result: Result<Void, any Error>
    do {
        for database in databases { try await database.start() }
        let sweeps = databases.map { database in
            DeadlineSweep(
                Backend(store: Store(database: database), signer: CheckpointSigner(key: key, directory: nil)),
                logger: logger)
        }
        result = .success(try await withTaskExecutorPreference(group.loops[0]) { try await body(sweeps) })
    } catch {
        result = .failure(error)
    }
    for database in databases { await database.shutdown() }
    await Task.detached { group.shutdown() }.value
    try result.get()
}
