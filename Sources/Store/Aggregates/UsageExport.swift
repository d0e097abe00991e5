public import Domain
internal import Postgres

/// What an export needs to know of a batch before it reads its records.
public struct UsageBatchHead: Sendable, Equatable {
    public var id: Int64
    public var application: Int32
    public var sourceCode: String
    /// Salts the rows' hashes, 32 bytes.
    public var secret: [UInt8]
    public var firstMonth: CivilDate
    public var lastMonth: CivilDate
    /// Position of its entry in the consortium's register.
    public var position: Int64
    /// Records that it was stored with; nil where the caller may see but some of them.
    public var rowCount: Int?

    init(_ row: inout Row) throws {
        id = try row.next(Int64.self)
        application = try row.next(Int32.self)
        sourceCode = try row.next(String.self)
        secret = try row.next([UInt8].self)
        firstMonth = try row.next(CivilDate.self)
        lastMonth = try row.next(CivilDate.self)
        position = try row.next(Int64.self)
        rowCount = try row.next(Int32?.self).map { Int($0) }
    }
}

/// One stored record in the numbers of its row; instants in seconds since 1970-01-01T00:00:00Z.
public struct StoredUsage: Sendable, Equatable {
    public var metric: Int32
    public var party: Int32
    public var start: Int64
    public var end: Int64
    public var quantity: Int64
    /// Quantity of the record that it supersedes; nil where it is the first of its key.
    public var replaced: Int64?
    /// Number in its batch, from 0.
    public var index: Int
}

extension Reader {
    /// Batches at positions from `position` up to `size`, in order, at most `limit`.
    public func usageBatches(
        in consortium: Int32, from position: Int64, until size: Int64, limit: Int
    ) async throws -> [UsageBatchHead] {
        let rows = try await query(
            """
            SELECT b.batch_id, b.application_id, s.source_code, b.secret, b.first_month, b.last_month, b.recorded_from,
                b.row_count
            FROM usage_batch b JOIN usage_source s USING (source_id)
            WHERE b.consortium_id = \(consortium) AND b.recorded_from >= \(position) AND b.recorded_from < \(size)
            ORDER BY b.recorded_from LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try UsageBatchHead(&row) }
    }

    /// The same for exports, of one application or of all, with records of the months of these days: also batches of
    /// which the caller sees but some records, without their secret.
    public func exportedBatches(
        in consortium: Int32, application: Int32?, days: DateRange?, from position: Int64, until size: Int64,
        limit: Int
    ) async throws -> [UsageBatchHead] {
        let condition = UsageCondition(applications: [], metrics: [], parties: [], days: days)
        let rows = try await query(
            """
            SELECT p.batch_id, p.application_id, s.source_code, coalesce(b.secret, ''),
                p.first_month, p.last_month, p.recorded_from, b.row_count
            FROM usage_batch_position p JOIN usage_source s USING (source_id)
            LEFT JOIN usage_batch b ON b.consortium_id = p.consortium_id AND b.batch_id = p.batch_id
            WHERE p.consortium_id = \(consortium) AND p.recorded_from >= \(position) AND p.recorded_from < \(size)
                AND (\(nullable: application)::int IS NULL OR p.application_id = \(nullable: application)::int)
                AND p.first_month < \(condition.end) AND p.last_month + interval '1 month' > \(condition.start)
            ORDER BY p.recorded_from LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try UsageBatchHead(&row) }
    }

    /// The records of a batch in its own order. The months narrow the read to their partitions, where the block range
    /// index leads to the batch.
    public func usageRecords(of batch: UsageBatchHead, in consortium: Int32) async throws -> StoredUsageRows {
        StoredUsageRows(
            rows: try await query(
                """
                SELECT u.metric_id, u.party_id, u.interval_start, u.interval_seconds, u.quantity,
                    CASE WHEN u.revision > 0 THEN (
                        SELECT p.quantity FROM usage_record p
                        WHERE p.consortium_id = u.consortium_id AND p.application_id = u.application_id
                            AND p.metric_id = u.metric_id AND p.party_id = u.party_id AND p.source_key = u.source_key
                            AND p.interval_start = u.interval_start AND p.interval_seconds = u.interval_seconds
                            AND p.revision = u.revision - 1) END,
                    u.row_index::int
                FROM usage_record u
                WHERE u.consortium_id = \(consortium) AND u.batch_id = \(batch.id)
                    AND u.interval_start >= \(batch.firstMonth)::date::timestamp AT TIME ZONE 'UTC'
                    AND u.interval_start < (\(batch.lastMonth)::date + interval '1 month') AT TIME ZONE 'UTC'
                ORDER BY u.row_index
                """))
    }

    /// Bytes that the first `size` entries take, each with its length in front.
    public func framedEntryBytes(_ register: Int32, size: Int64) async throws -> Int {
        let rows = try await query(
            """
            SELECT coalesce(sum(octet_length(entry) + CASE WHEN octet_length(entry) < 128 THEN 1
                WHEN octet_length(entry) < 16384 THEN 2 WHEN octet_length(entry) < 2097152 THEN 3 ELSE 4 END),
                0)::bigint
            FROM register_entry WHERE register_id = \(register) AND position < \(size)
            """)
        return Int(try rows.decode(Int64.self, row: 0, column: 0))
    }

    /// Codes of a consortium's members, by surrogate.
    public func partyCodes(of consortium: Int32) async throws -> [Int32: String] {
        Dictionary(uniqueKeysWithValues: try await memberIDs(of: consortium).map { ($0.value, $0.key) })
    }
}

/// The records of one batch, read row by row from the database's answer.
public struct StoredUsageRows: Sendable {
    let rows: Rows

    public var count: Int { rows.count }

    public subscript(index: Int) -> StoredUsage {
        get throws {
            var row = rows[index]
            let (metric, party) = (try row.next(Int32.self), try row.next(Int32.self))
            let start = try row.next(SQLTimestamp.self).secondsSince1970
            return StoredUsage(
                metric: metric, party: party, start: start, end: start + Int64(try row.next(Int32.self)),
                quantity: try row.next(Int64.self), replaced: try row.next(Int64?.self),
                index: Int(try row.next(Int32.self)))
        }
    }
}

extension SQLTimestamp {
    /// Stored intervals are whole seconds.
    fileprivate var secondsSince1970: Int64 { microseconds / 1_000_000 + UsageRowBuffer.epochOffset }
}
