public import Domain
internal import Postgres

/// A row of `usage_batch`: what is kept of a batch beside its records.
public struct UsageBatchRow: Sendable, Equatable {
    public var id: Int64
    public var application: Int32
    public var source: Int32
    public var rowCount: Int32
    /// RFC 6962 root over the salted row hashes, 32 bytes.
    public var rowRoot: [UInt8]
    /// Salts the rows' hashes, 32 bytes.
    public var secret: [UInt8]
    public var firstMonth: CivilDate
    public var lastMonth: CivilDate

    public init(
        id: Int64, application: Int32, source: Int32, rowCount: Int32, rowRoot: [UInt8], secret: [UInt8],
        firstMonth: CivilDate, lastMonth: CivilDate
    ) {
        self.id = id
        self.application = application
        self.source = source
        self.rowCount = rowCount
        self.rowRoot = rowRoot
        self.secret = secret
        self.firstMonth = firstMonth
        self.lastMonth = lastMonth
    }
}

/// A partition was dropped since its name was asked for.
public struct MissingUsagePartition: Error {}

extension Reader {
    /// The surrogate of a reporting system, or nil when it has never reported.
    public func usageSource(_ code: String, in consortium: Int32) async throws -> Int32? {
        let rows = try await query(
            "SELECT source_id FROM usage_source WHERE consortium_id = \(consortium) AND source_code = \(code)")
        return rows.count == 0 ? nil : try rows.decode(Int32.self, row: 0, column: 0)
    }

    /// A surrogate for a reporting system that has none yet; it gets it with the first batch that is stored.
    public func nextUsageSource() async throws -> Int32 {
        let rows = try await query("SELECT nextval('usage_source_source_id_seq')::int")
        return try rows.decode(Int32.self, row: 0, column: 0)
    }
}

extension Store {
    /// Name of the partition for a month, created in a transaction of its own when it is not there yet.
    public func usagePartition(for month: CivilDate) async throws -> String {
        let rows = try await database.run(["SELECT ensure_usage_partition(\(month))"])[0]
        return try rows.decode(String.self, row: 0, column: 0)
    }
}

extension Session {
    /// Copies rows into their month's partition; the partition's trigger checks them against the caller's scope.
    ///
    /// - Throws: `Failure(.duplicateRecord)` when a row's key is stored already: nothing is tried again, the caller has
    ///   to look what is stored. `MissingUsagePartition`.
    public func copy(_ rows: UsageRowBuffer, into partition: String) async throws {
        let bytes = rows.finished()
        do {
            _ = try await transaction.copyIn("COPY \(SQL.identifier(partition)) FROM STDIN (FORMAT binary)") { copy in
                try await copy.write(bytes)
            }
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw Failure(.duplicateRecord, "a usage record of the batch is stored already")
        } catch let error as DatabaseError where error.isUndefinedTable {
            throw MissingUsagePartition()
        }
    }

    /// Gives a reporting system its surrogate, unless another batch has been first.
    ///
    /// - Returns: the surrogate that it has.
    public func insertUsageSource(_ code: String, as id: Int32, in consortium: Int32) async throws -> Int32 {
        let answers = try await run([
            """
            INSERT INTO usage_source (source_id, consortium_id, source_code) OVERRIDING SYSTEM VALUE
            VALUES (\(id), \(consortium), \(code)) ON CONFLICT (consortium_id, source_code) DO NOTHING
            """,
            "SELECT source_id FROM usage_source WHERE consortium_id = \(consortium) AND source_code = \(code)",
        ])
        return try answers[1].decode(Int32.self, row: 0, column: 0)
    }

    /// Adds the batch row, which carries the position for all its records.
    ///
    /// - Returns: whether a day of its months lies in a closed period, and the position of the last change of what the
    ///   consortium takes in. The register's lock keeps both so until COMMIT.
    public func insert(
        _ batch: UsageBatchRow, in consortium: Int32, recordedFrom: Int64
    ) async throws -> (isLate: Bool, settings: Int64) {
        let answers = try await run([
            """
            INSERT INTO usage_batch
                (consortium_id, batch_id, application_id, source_id, party_id, row_count, row_root, secret, first_month,
                last_month, recorded_from)
            VALUES (\(consortium), \(batch.id), \(batch.application), \(batch.source), \(principal.partyID),
                \(batch.rowCount), \(batch.rowRoot), \(batch.secret), \(batch.firstMonth), \(batch.lastMonth),
                \(recordedFrom))
            """,
            """
            SELECT EXISTS (
                SELECT FROM period v WHERE v.consortium_id = \(consortium) AND \(Versions.current) AND v.state = 2
                    AND v.valid_from < (\(batch.lastMonth)::date + interval '1 month')::date
                    AND v.valid_until > \(batch.firstMonth)), \(usageSettings(in: consortium))
            """,
        ])
        return (
            try answers[1].decode(Bool.self, row: 0, column: 0), try answers[1].decode(Int64.self, row: 0, column: 1)
        )
    }
}
