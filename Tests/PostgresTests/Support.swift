import EventLoop
import Logging
import Postgres
import TestSupport

/// A started database on loops of its own, gone at the end of `body`.
func withDatabase<Result: Sendable>(
    loops: Int = 1, connection: TestDatabase? = nil,
    configure: (inout DatabaseConfiguration) -> Void = { _ in },
    _ body: @Sendable @escaping (Database, TestDatabase) async throws -> Result
) async throws -> Result {
    let target = try connection ?? TestCluster.shared.makeDatabase()
    var configuration = DatabaseConfiguration(connection: target.connection)
    configure(&configuration)
    let group = EventLoopGroup(count: loops)
    defer { group.shutdown() }
    let database = Database(
        configuration: configuration, group: group, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await database.start()
    do {
        let result = try await withTaskExecutorPreference(group.loops[0]) { try await body(database, target) }
        await database.shutdown()
        return result
    } catch {
        await database.shutdown()
        throw error
    }
}

/// Runs `body` and returns the database error it throws, or nil.
func databaseError(_ body: () async throws -> Void) async -> DatabaseError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? DatabaseError
    }
}
