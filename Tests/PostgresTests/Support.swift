import EventLoop
import Logging
import Postgres
import TestSupport

/// A database on loops of its own, gone at the end of `body`.
/// - Parameter isStarted: whether it has to be started well before; it goes on trying all the same.
func withDatabase<Result: Sendable>(
    loops: Int = 1, connection: TestDatabase? = nil,
    configure: (inout DatabaseConfiguration) -> Void = { _ in }, isStarted: Bool = true,
    _ body: @Sendable @escaping (Database, TestDatabase) async throws -> Result
) async throws -> Result {
    let target = try connection ?? TestCluster.shared.makeDatabase()
    var configuration = DatabaseConfiguration(connection: target.connection)
    configure(&configuration)
    let group = EventLoopGroup(count: loops)
    defer { group.shutdown() }
    let database = Database(
        configuration: configuration, group: group, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    do {
        do {
            try await database.start()
        } catch  where !isStarted {
            // As a server that goes on trying.
        }
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
