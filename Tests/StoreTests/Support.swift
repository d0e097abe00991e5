import EventLoop
import Logging
import Postgres
import Store
import TestSupport

/// Databases for these tests, each copied from one that was migrated once.
enum Fixture {
    private static let migrated = Task {
        let database = try TestCluster.shared.makeDatabase()
        try await migrate(database)
        return database
    }

    /// A database with the current schema and nothing in it.
    static func makeDatabase() async throws -> TestDatabase {
        try await TestCluster.shared.makeDatabase(template: migrated.value.name)
    }

    /// Brings `target` up to date; returns the numbers of the migrations that were applied.
    @discardableResult
    static func migrate(_ target: TestDatabase) async throws -> [Int] {
        try await withDatabase(target, role: nil) { database in
            try await Migrator(database: database, migrations: Migrations.all).apply().map(\.number)
        }
    }
}

/// A pool of connections to `target` on loops of its own, as the server has it; gone at the end of `body`.
func withDatabase<Result: Sendable>(
    _ target: TestDatabase, role: String? = "allmende_app",
    configure: (inout DatabaseConfiguration) -> Void = { _ in },
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    _ body: @Sendable @escaping (Database) async throws -> Result
) async throws -> Result {
    let group = EventLoopGroup(count: 1)
    var configuration = DatabaseConfiguration(connection: target.connection, role: role)
    configure(&configuration)
    let database = Database(configuration: configuration, group: group, logger: logger)
    let result: Swift.Result<Result, any Error>
    do {
        try await database.start()
        result = .success(try await withTaskExecutorPreference(group.loops[0]) { try await body(database) })
    } catch {
        result = .failure(error)
    }
    await database.shutdown()
    await Task.detached { group.shutdown() }.value
    return try result.get()
}

/// A store over a database of its own with the rows of `Seed`.
func withStore<Result: Sendable>(
    _ body: @Sendable @escaping (Store, TestDatabase) async throws -> Result
) async throws -> Result {
    let target = try await Fixture.makeDatabase()
    try target.execute(Seed.sql)
    return try await withDatabase(target) { database in try await body(Store(database: database), target) }
}

extension TestDatabase {
    /// The lines that `text` gives as the superuser.
    func lines(_ text: String) throws -> [String] {
        try execute(text).split(separator: "\n").map(String.init)
    }

    /// The one number that `text` gives as the superuser.
    func number(_ text: String) throws -> Int? {
        try lines(text).first.flatMap { Int($0) }
    }
}
