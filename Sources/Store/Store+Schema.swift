internal import Postgres

/// A database that this program cannot work with, and what to do about it.
public struct SchemaError: Error, CustomStringConvertible {
    public let description: String

    /// Runs `body` and says what a history that does not fit means.
    static func mapping<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch MigrationError.unknown(let number) {
            throw SchemaError(
                description: "the database has migration \(number), which this program does not know: it belongs to a "
                    + "newer one; start that")
        } catch MigrationError.edited(let number) {
            throw SchemaError(
                description: "migration \(number) of the database is not this program's: its history was edited, or "
                    + "--database does not name the right one")
        }
    }
}

extension Store {
    /// Throws `SchemaError` unless the database has exactly the schema that this program was written for: a server that
    /// started without it would refuse every call, one by one.
    public func requireCurrentSchema() async throws {
        let status = try await SchemaError.mapping {
            try await Migrator(database: database, migrations: Migrations.all).status()
        }
        guard let next = status.pending.first else { return }
        throw SchemaError(
            description: "the database lacks \(status.pending.count) migrations, from \(next.number) \(next.name) on: "
                + "run \"allmende admin migrate --apply\", or start with --migrate")
    }
}
