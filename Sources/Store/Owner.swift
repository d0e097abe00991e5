public import EventLoop
public import Logging
public import Postgres

/// The database with its owner's rights: what happens before any principal exists.
public struct Owner: Sendable {
    private let configuration: DatabaseConfiguration
    private let group: EventLoopGroup
    private let logger: Logger

    /// - Parameter connection: libpq connection string of the owner; empty takes libpq's environment.
    public init(connection: String, group: EventLoopGroup, logger: Logger) {
        var configuration = DatabaseConfiguration(connection: connection)
        configuration.lanesPerLoop = 1
        configuration.leasesPerLoop = 1
        self.configuration = configuration
        self.group = group
        self.logger = logger
    }

    /// Runs `body` on connections that are closed afterwards.
    public func withDatabase<T: Sendable>(_ body: (Database) async throws -> T) async throws -> T {
        let database = Database(configuration: configuration, group: group, logger: logger)
        do {
            try await database.start()
            let result = try await body(database)
            await database.shutdown()
            return result
        } catch {
            await database.shutdown()
            throw error
        }
    }

    /// Compares the database with this program.
    /// - Throws: `SchemaError` where the histories do not fit.
    public func migrationStatus() async throws -> MigrationStatus {
        try await migrating { try await $0.status() }
    }

    /// Applies what is missing; several servers that start at once do it once.
    /// - Throws: `SchemaError` where the histories do not fit.
    @discardableResult
    public func migrate() async throws -> [Migration] {
        try await migrating { try await $0.apply() }
    }

    private func migrating<T: Sendable>(_ body: (Migrator) async throws -> T) async throws -> T {
        try await SchemaError.mapping {
            try await withDatabase { try await body(Migrator(database: $0, migrations: Migrations.all)) }
        }
    }
}
