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

/// What tells the records of one party, application and source apart; instants in seconds since 1970-01-01T00:00:00Z.
public struct UsageKey: Sendable, Hashable {
    public var metric: Int32
    public var start: Int64
    public var end: Int64

    public init(metric: Int32, start: Int64, end: Int64) {
        self.metric = metric
        self.start = start
        self.end = end
    }
}

/// The sum of a party's usage of a metric.
public struct UsageTotalRow: Sendable, Equatable {
    public var partyCode: String
    public var metricCode: String
    public var quantity: Int64
    public var recordCount: Int64
}

extension Reader {
    /// Totals of the parties the caller may see, over intervals that begin in [from, until) UTC, from batches at
    /// positions below `size`. SUM adds up, MAX takes the largest, LAST the one whose interval ends last.
    public func usageTotals(
        of application: Int32, in consortium: Int32, from: CivilDate, until: CivilDate, knownAt size: Int64
    ) async throws -> [UsageTotalRow] {
        // Numbers first, names last. Batches that came later are few or none, so that a small hash leaves them out.
        let scope: SQL = """
            FROM usage_record u
            WHERE u.consortium_id = \(consortium) AND u.application_id = \(application)
                AND u.interval_start >= \(from)::date::timestamp AT TIME ZONE 'UTC'
                AND u.interval_start < \(until)::date::timestamp AT TIME ZONE 'UTC'
                AND u.batch_id NOT IN (
                    SELECT b.batch_id FROM usage_batch b
                    WHERE b.consortium_id = \(consortium) AND b.recorded_from >= \(size))
            """
        let rows = try await query(
            """
            WITH total AS (
                SELECT u.metric_id, u.party_id, sum(u.quantity) AS quantity, max(u.quantity) AS largest,
                    count(*) AS records
                \(scope) GROUP BY u.metric_id, u.party_id),
            latest AS (
                SELECT DISTINCT ON (u.metric_id, u.party_id) u.metric_id, u.party_id, u.quantity
                \(scope) AND u.metric_id IN (
                    SELECT metric_id FROM metric
                    WHERE consortium_id = \(consortium) AND application_id = \(application) AND aggregation = 3)
                ORDER BY u.metric_id, u.party_id, u.interval_end DESC, u.interval_start DESC, u.source_id)
            SELECT p.party_code, m.metric_code,
                CASE m.aggregation WHEN 1 THEN t.quantity::bigint WHEN 2 THEN t.largest ELSE l.quantity END, t.records
            FROM total t
            JOIN metric m ON m.metric_id = t.metric_id
            JOIN party p ON p.party_id = t.party_id
            LEFT JOIN latest l ON l.metric_id = t.metric_id AND l.party_id = t.party_id
            ORDER BY p.party_code, m.metric_code
            """)
        return try rows.map { row in
            UsageTotalRow(
                partyCode: try row.next(String.self), metricCode: try row.next(String.self),
                quantity: try row.next(Int64.self), recordCount: try row.next(Int64.self))
        }
    }

    /// The first of `keys` that is stored already, with its quantity and its batch's position; nil when none is.
    public func firstStored(
        _ keys: [UsageKey], application: Int32, source: Int32, party: Int32, in consortium: Int32
    ) async throws -> (index: Int, quantity: Int64, position: Int64)? {
        let rows = try await query(
            """
            SELECT k.ordinal - 1, u.quantity, b.recorded_from
            FROM unnest(\(keys.map(\.metric)), \(keys.map(\.start)), \(keys.map(\.end))) WITH ORDINALITY
                AS k (metric_id, interval_start, interval_end, ordinal)
            JOIN usage_record u ON u.consortium_id = \(consortium) AND u.application_id = \(application)
                AND u.metric_id = k.metric_id AND u.party_id = \(party) AND u.source_id = \(source)
                AND u.interval_start = to_timestamp(k.interval_start) AND u.interval_end = to_timestamp(k.interval_end)
            JOIN usage_batch b ON b.consortium_id = u.consortium_id AND b.batch_id = u.batch_id
            ORDER BY k.ordinal LIMIT 1
            """)
        guard rows.count == 1 else { return nil }
        var row = rows[0]
        return (Int(try row.next(Int64.self)), try row.next(Int64.self), try row.next(Int64.self))
    }

    /// The surrogate of a reporting system, or nil when it has never reported.
    public func usageSource(_ code: String, in consortium: Int32) async throws -> Int32? {
        let rows = try await query(
            "SELECT source_id FROM usage_source WHERE consortium_id = \(consortium) AND source_code = \(code)")
        return rows.count == 0 ? nil : try rows.decode(Int32.self, row: 0, column: 0)
    }

    /// A number for a new batch.
    public func nextUsageBatch() async throws -> Int64 {
        let rows = try await query("SELECT nextval('usage_batch_id_seq')")
        return try rows.decode(Int64.self, row: 0, column: 0)
    }
}

extension Store {
    /// Makes sure that a reporting system has a surrogate and that the months have partitions, before a batch starts.
    public func prepareUsage(source code: String, in consortium: Int32, as principal: Principal) async throws -> Int32 {
        if let id = try await reader(principal).usageSource(code, in: consortium) { return id }
        try await Failure.mapping {
            _ = try await database.run([
                principal.scope,
                """
                INSERT INTO usage_source (consortium_id, source_code) VALUES (\(consortium), \(code))
                ON CONFLICT DO NOTHING
                """,
            ])
        }
        guard let id = try await reader(principal).usageSource(code, in: consortium) else {
            throw Failure(.internal, "a usage source was stored and cannot be read")
        }
        return id
    }

    /// Name of the partition for a month, created in a transaction of its own when it is not there yet.
    public func usagePartition(for month: CivilDate) async throws -> String {
        let rows = try await database.run(["SELECT ensure_usage_partition(\(month))"])[0]
        return try rows.decode(String.self, row: 0, column: 0)
    }
}

extension Session {
    /// Copies rows into their month's partition; the partition's trigger checks them against the caller's scope.
    public func copy(_ rows: UsageRowBuffer, into partition: String) async throws {
        let bytes = rows.finished()
        _ = try await transaction.copyIn("COPY \(SQL.identifier(partition)) FROM STDIN (FORMAT binary)") { copy in
            try await copy.write(bytes)
        }
    }

    /// Adds the batch row, which carries the position for all its records.
    public func insert(_ batch: UsageBatchRow, in consortium: Int32, recordedFrom: Int64) async throws {
        _ = try await query(
            """
            INSERT INTO usage_batch
                (consortium_id, batch_id, application_id, source_id, party_id, row_count, row_root, secret, first_month,
                last_month, recorded_from)
            VALUES (\(consortium), \(batch.id), \(batch.application), \(batch.source), \(principal.partyID),
                \(batch.rowCount), \(batch.rowRoot), \(batch.secret), \(batch.firstMonth), \(batch.lastMonth),
                \(recordedFrom))
            """)
    }
}
