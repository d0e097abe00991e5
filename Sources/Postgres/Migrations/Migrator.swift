/// Brings a schema up to date with numbered migrations.
///
/// Each migration runs in a transaction of its own together with its entry in `schema_migration`, so it is there as a
/// whole or not at all. An advisory lock lets one process at a time migrate. The entry keeps a checksum of the text
/// (SHA-256, computed by the server); a history that was edited afterwards is refused.
public struct Migrator: Sendable {
    private let database: Database
    private let migrations: [Migration]
    /// Schema that holds the bookkeeping table.
    private let schema: String

    /// Key of the advisory lock: "allmende" in ASCII, read as a number.
    private static let lock: Int64 = 0x616C_6C6D_656E_6465

    public init(database: Database, migrations: [Migration], schema: String = "public") {
        self.database = database
        self.migrations = migrations
        self.schema = schema
    }

    private var table: SQL { "\(SQL.identifier(schema)).schema_migration" }

    /// Compares the database with the program; changes nothing.
    /// - Throws: `MigrationError` when the histories do not fit, `DatabaseError`.
    public func status() async throws -> MigrationStatus {
        try checkNumbers()
        return try await database.withTransaction(TransactionOptions(isReadOnly: true)) { transaction in
            let found = try await transaction.query("SELECT to_regclass(\(table.text)) IS NOT NULL")
            guard try found.decode(Bool.self, row: 0, column: 0) else {
                return MigrationStatus(applied: [], pending: migrations)
            }
            return try await compare(transaction)
        }
    }

    /// Applies what is pending, in order.
    /// - Returns: the migrations that were applied now.
    /// - Throws: `MigrationError` when the histories do not fit, `DatabaseError` of the migration that failed; those
    ///   before it stay applied.
    @discardableResult
    public func apply() async throws -> [Migration] {
        try checkNumbers()
        var applied: [Migration] = []
        while let migration = try await applyNext() { applied.append(migration) }
        return applied
    }

    private func checkNumbers() throws {
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw MigrationError.misnumbered(migration.number)
        }
    }

    private func applyNext() async throws -> Migration? {
        try await database.withTransaction { transaction in
            try await transaction.run([
                "SELECT set_config('statement_timeout', '0', true)",
                "SELECT pg_advisory_xact_lock(\(Migrator.lock))",
                // Nobody waits behind a migration that waits for a lock itself: it fails and is run again.
                "SELECT set_config('lock_timeout', '10s', true)",
                """
                CREATE TABLE IF NOT EXISTS \(table) (
                    number int4 PRIMARY KEY,
                    name text NOT NULL,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """,
            ])
            guard let next = try await compare(transaction).pending.first else { return nil }
            try await transaction.runScript(next.sql)
            _ = try await transaction.query(
                """
                INSERT INTO \(table) (number, name, checksum)
                VALUES (\(Int32(next.number)), \(next.name), encode(sha256(convert_to(\(next.sql), 'UTF8')), 'hex'))
                """)
            return next
        }
    }

    /// Compares entries and texts; the server computes both checksums.
    private func compare(_ transaction: Transaction) async throws -> MigrationStatus {
        let numbers = migrations.map { Int32($0.number) }
        let rows = try await transaction.query(
            """
            SELECT entry.number, known.number IS NOT NULL,
                   entry.name = known.name
                       AND entry.checksum = encode(sha256(convert_to(known.sql, 'UTF8')), 'hex')
            FROM \(table) AS entry
            LEFT JOIN unnest(\(numbers), \(migrations.map(\.name)), \(migrations.map(\.sql)))
                AS known (number, name, sql) ON known.number = entry.number
            ORDER BY entry.number
            """)
        var applied: [Int] = []
        for row in rows {
            let number = Int(try row.decode(Int32.self, column: 0))
            guard try row.decode(Bool.self, column: 1) else { throw MigrationError.unknown(number: number) }
            guard try row.decode(Bool.self, column: 2) else { throw MigrationError.edited(number: number) }
            applied.append(number)
        }
        return MigrationStatus(applied: applied, pending: migrations.filter { !applied.contains($0.number) })
    }
}

extension Transaction {
    /// Runs SQL text of any number of statements by the simple protocol. The text is the program's own, such as a
    /// migration; nothing is bound.
    public func runScript(_ text: String) async throws {
        try await begin()
        try await connection.startDirect(text)
        guard connection.direct.phase == .idle else { throw DatabaseError.misuse("a script cannot contain COPY") }
        guard connection.isInTransaction else { throw DatabaseError.misuse("a script cannot end its transaction") }
    }
}
