internal import Domain
public import Postgres

/// Reads of the whole database with its owner's rights, from one snapshot: nothing that is committed meanwhile is taken
/// for an inconsistency.
public struct AuditReader: Reader {
    private let transaction: Transaction

    /// Runs `body` on a snapshot.
    public static func withSnapshot<T: Sendable>(
        _ database: Database, _ body: (AuditReader) async throws -> T
    ) async throws -> T {
        let options = TransactionOptions(isolation: .repeatableRead, isReadOnly: true)
        return try await database.withTransaction(options) { transaction in
            // Rows have one form as JSON, whatever the database's settings.
            try await transaction.run([
                """
                SELECT set_config('timezone', 'UTC', true), set_config('bytea_output', 'hex', true),
                    set_config('allmende.consortia',
                        (SELECT array_agg(register_id)::text FROM register WHERE register_id <> 0), true)
                """
            ])
            return try await body(AuditReader(transaction: transaction))
        }
    }

    public func run(_ statements: [SQL]) async throws -> [Rows] {
        try await transaction.run(statements)
    }
}

/// A table as the audit meets it.
public struct AuditedTable: Sendable, Equatable {
    public let name: String
    /// Columns of the primary key, in its order.
    let key: [String]
    /// Why its rows have no seals; nil where they must have.
    public let unsealed: String?
    /// Whether the trigger that seals rows is there and enabled.
    public let isTriggered: Bool
}

/// A row that does not bear its seal.
public struct UnsealedRow: Sendable, Equatable {
    /// What was done to it.
    public enum Tampering: Sendable, Equatable {
        /// It is there and was never sealed.
        case inserted
        /// Its seal is there and it is not.
        case deleted
        /// It says something else than when it was sealed.
        case edited
        /// It claims to have been recorded before the entry that sealed it first.
        case backDated(to: Int64)
    }

    public let key: String
    public let tampering: Tampering
    /// Name of the register and position of the entry that changed it last; nil where none did.
    public let entry: (register: String, position: Int64)?

    public static func == (left: UnsealedRow, right: UnsealedRow) -> Bool {
        left.key == right.key && left.tampering == right.tampering && left.entry?.register == right.entry?.register
            && left.entry?.position == right.entry?.position
    }
}

/// An entry as it is stored, with what stands beside it.
public struct StoredEntry: Sendable {
    public let position: Int64
    public let bytes: [UInt8]
    public let leaf: [UInt8]
    public let nodes: [UInt8]
    public let recordedMicros: Int64
    /// SHA-256 over the seals of the rows that changed with it; nil where there are none.
    public let sealDigest: [UInt8]?
}

/// A register as it is stored.
public struct StoredRegister: Sendable {
    public let id: Int32
    public let name: String
    public let size: Int64
    public let frontier: [UInt8]
    public let generation: Int32
}

extension AuditReader {
    /// Every table of the schema but partitions and the migrations' own.
    public func tables() async throws -> [AuditedTable] {
        let rows = try await query(
            """
            SELECT c.relname::text,
                array_agg(a.attname::text ORDER BY k.ordinal),
                substring(obj_description(c.oid, 'pg_class') FROM '^unsealed: *(.*)'),
                EXISTS (SELECT FROM pg_trigger t
                    WHERE t.tgrelid = c.oid AND t.tgname = 'row_seal' AND t.tgenabled = 'O')
            FROM pg_class c
            JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
            CROSS JOIN unnest(i.indkey) WITH ORDINALITY k (number, ordinal)
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                AND c.relname <> 'schema_migration'
            GROUP BY c.oid, c.relname ORDER BY c.relname::text COLLATE "C"
            """)
        return try rows.map { row in
            AuditedTable(
                name: try row.next(String.self), key: try row.next([String].self),
                unsealed: try row.next(String?.self), isTriggered: try row.next(Bool.self))
        }
    }

    /// The rows of a table that do not bear their seals, at most `limit`, and how many rows there are.
    public func unsealedRows(of table: AuditedTable, limit: Int) async throws -> (rows: [UnsealedRow], count: Int64) {
        let name = SQL.identifier(table.name)
        let answers = try await run([
            """
            WITH seal AS (
                SELECT DISTINCT ON (s.row_key) s.row_key, s.sha256, g.name, s.position,
                    min(s.position) OVER (PARTITION BY s.row_key, s.register_id) AS first_position
                FROM audit.row_seal s
                LEFT JOIN register g USING (register_id)
                LEFT JOIN register_entry e USING (register_id, position)
                WHERE s.table_name = \(table.name)
                ORDER BY s.row_key, e.recorded_micros DESC NULLS LAST, s.position DESC),
            stored AS (
                SELECT to_jsonb(t) AS content,
                    (SELECT string_agg(to_jsonb(t) ->> k.name, '/' ORDER BY k.ordinal)
                        FROM unnest(\(table.key)) WITH ORDINALITY k (name, ordinal)) AS row_key
                FROM \(name) t)
            SELECT coalesce(s.row_key, r.row_key), s.sha256 IS NOT NULL, r.row_key IS NOT NULL, s.name, s.position,
                CASE WHEN (r.content ->> 'recorded_from')::bigint < s.first_position
                    THEN (r.content ->> 'recorded_from')::bigint END
            FROM seal s FULL JOIN stored r ON r.row_key = s.row_key
            WHERE s.sha256 IS DISTINCT FROM sha256(convert_to(jsonb_strip_nulls(r.content)::text, 'UTF8'))
            ORDER BY 1 LIMIT \(Int64(limit))
            """,
            "SELECT count(*) FROM \(name)",
        ])
        let rows = try answers[0].map { row in
            let key = try row.next(String.self)
            let (isSealed, isStored) = (try row.next(Bool.self), try row.next(Bool.self))
            let register = try row.next(String?.self)
            let position = try row.next(Int64?.self)
            let claimed = try row.next(Int64?.self)
            let tampering: UnsealedRow.Tampering =
                if !isStored { .deleted } else if !isSealed { .inserted } else if let claimed {
                    .backDated(to: claimed)
                } else { .edited }
            return UnsealedRow(
                key: key, tampering: tampering, entry: register.flatMap { name in position.map { (name, $0) } })
        }
        return (rows, try answers[1].decode(Int64.self, row: 0, column: 0))
    }

    /// Every register.
    public func registers() async throws -> [StoredRegister] {
        let rows = try await query(
            "SELECT register_id, name, size, frontier, generation FROM register ORDER BY register_id")
        return try rows.map { row in
            StoredRegister(
                id: try row.next(Int32.self), name: try row.next(String.self), size: try row.next(Int64.self),
                frontier: try row.next([UInt8].self), generation: try row.next(Int32.self))
        }
    }

    /// Sizes and roots of a register's checkpoints, ascending.
    public func checkpoints(of register: Int32) async throws -> [(size: Int64, root: [UInt8], note: String)] {
        let rows = try await query(
            "SELECT size, root, note FROM register_checkpoint WHERE register_id = \(register) ORDER BY size")
        return try rows.map { row in
            (try row.next(Int64.self), try row.next([UInt8].self), try row.next(String.self))
        }
    }

    /// A page of entries from a position on, with the digests of their seals.
    public func storedEntries(_ register: Int32, from position: Int64, limit: Int) async throws -> [StoredEntry] {
        let rows = try await query(
            """
            SELECT e.position, e.entry, e.leaf_hash, e.nodes, e.recorded_micros,
                (SELECT sha256(string_agg(convert_to(
                    s.table_name || E'\\t' || s.row_key || E'\\t' || coalesce(encode(s.sha256, 'hex'), '') || E'\\n',
                    'UTF8'), '' ORDER BY s.table_name, s.row_key))
                FROM audit.row_seal s WHERE s.register_id = e.register_id AND s.position = e.position)
            FROM register_entry e WHERE e.register_id = \(register) AND e.position >= \(position)
            ORDER BY e.position LIMIT \(Int64(limit))
            """)
        return try rows.map { row in
            StoredEntry(
                position: try row.next(Int64.self), bytes: try row.next([UInt8].self),
                leaf: try row.next([UInt8].self), nodes: try row.next([UInt8].self),
                recordedMicros: try row.next(Int64.self), sealDigest: try row.next([UInt8]?.self))
        }
    }

    /// What the seals of an entry speak of: `table key`, at most three.
    public func sealedRows(with position: Int64, of register: Int32) async throws -> [String] {
        let rows = try await query(
            """
            SELECT table_name || ' ' || row_key FROM audit.row_seal
            WHERE register_id = \(register) AND position = \(position) ORDER BY table_name, row_key LIMIT 3
            """)
        return try rows.map { row in try row.next(String.self) }
    }

    /// Seals that belong to no entry: `table key`, at most `limit`.
    public func sealsWithoutEntry(limit: Int) async throws -> [String] {
        let rows = try await query(
            """
            SELECT s.table_name || ' ' || s.row_key FROM audit.row_seal s
            WHERE NOT EXISTS (SELECT FROM register_entry e
                WHERE e.register_id = s.register_id AND e.position = s.position)
            ORDER BY 1 LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try row.next(String.self) }
    }

    /// Usage records whose batch is not there, or has fewer rows or other months: batch and number of the row, at most
    /// `limit`.
    public func strayUsage(limit: Int) async throws -> [(batch: Int64, row: Int32)] {
        let rows = try await query(
            """
            SELECT u.batch_id, u.row_index::int FROM usage_record u
            LEFT JOIN usage_batch b USING (consortium_id, batch_id)
            WHERE b.batch_id IS NULL OR u.row_index >= b.row_count OR u.application_id <> b.application_id
                OR (u.source_key <> b.source_id AND u.source_key <> 0)
                OR u.interval_start < b.first_month::timestamp AT TIME ZONE 'UTC'
                OR u.interval_start >= (b.last_month + interval '1 month') AT TIME ZONE 'UTC'
            ORDER BY 1, 2 LIMIT \(Int64(limit))
            """)
        return try rows.map { row in (try row.next(Int64.self), try row.next(Int32.self)) }
    }

    /// Row numbers of a batch that occur other than once.
    public func brokenNumbers(of batch: Int64, in consortium: Int32, count: Int) async throws
        -> (missing: [Int32], repeated: [Int32])
    {
        let rows = try await query(
            """
            SELECT n.number::int, count(u.row_index) FROM generate_series(0, \(Int64(count)) - 1) n (number)
            LEFT JOIN usage_record u
                ON u.consortium_id = \(consortium) AND u.batch_id = \(batch) AND u.row_index = n.number
            GROUP BY n.number HAVING count(u.row_index) <> 1 ORDER BY 1 LIMIT 20
            """)
        let found = try rows.map { row in (try row.next(Int32.self), try row.next(Int64.self)) }
        return (found.filter { $0.1 == 0 }.map(\.0), found.filter { $0.1 > 1 }.map(\.0))
    }

    /// The rows of a batch that lie in a day whose sum is another than its rollup says: by day, the number of each such
    /// row and by how much its day's sum is too large. Maxima and last values tell nothing of the others.
    public func sumDifferences(of batch: UsageBatchHead, in consortium: Int32) async throws -> [[(
        row: Int, difference: Int64
    )]] {
        let rows = try await query(
            """
            WITH reported AS (
                SELECT u.row_index, u.application_id, u.metric_id, u.party_id, b.source_id,
                    (u.interval_start AT TIME ZONE 'UTC')::date AS bucket
                FROM usage_record u JOIN usage_batch b USING (consortium_id, batch_id)
                WHERE u.consortium_id = \(consortium) AND u.batch_id = \(batch.id)
                    AND u.interval_start >= \(batch.firstMonth)::date::timestamp AT TIME ZONE 'UTC'
                    AND u.interval_start < (\(batch.lastMonth)::date + interval '1 month') AT TIME ZONE 'UTC'),
            day AS (SELECT DISTINCT application_id, metric_id, party_id, source_id, bucket FROM reported),
            broken AS (
                SELECT d.*, s.total - r.quantity AS difference
                FROM day d JOIN usage_rollup r USING (application_id, metric_id, party_id, source_id, bucket)
                CROSS JOIN LATERAL (
                    SELECT sum(u.quantity) AS total
                    FROM usage_record u JOIN usage_batch b USING (consortium_id, batch_id)
                    WHERE u.consortium_id = \(consortium) AND u.application_id = d.application_id
                        AND u.metric_id = d.metric_id AND u.party_id = d.party_id AND b.source_id = d.source_id
                        AND u.interval_start >= d.bucket::timestamp AT TIME ZONE 'UTC'
                        AND u.interval_start < (d.bucket + 1)::timestamp AT TIME ZONE 'UTC'
                        AND NOT EXISTS (SELECT FROM usage_record n
                            WHERE n.consortium_id = u.consortium_id AND n.application_id = u.application_id
                                AND n.metric_id = u.metric_id AND n.party_id = u.party_id
                                AND n.source_key = u.source_key AND n.interval_start = u.interval_start
                                AND n.interval_seconds = u.interval_seconds AND n.revision = u.revision + 1)) s
                WHERE r.consortium_id = \(consortium) AND r.grain = 1 AND r.aggregation = 1 AND s.total <> r.quantity)
            SELECT dense_rank() OVER (ORDER BY bucket, metric_id, party_id), row_index::int, difference::bigint
            FROM reported JOIN broken USING (application_id, metric_id, party_id, source_id, bucket)
            ORDER BY 1, 2
            """)
        var days: [[(row: Int, difference: Int64)]] = []
        for row in rows {
            var row = row
            let day = Int(try row.next(Int64.self))
            if day > days.count { days.append([]) }
            days[day - 1].append((Int(try row.next(Int32.self)), try row.next(Int64.self)))
        }
        return days
    }

    /// Rollups that are not what the current records give: `bucket of party`, at most `limit`. Those of months whose
    /// records were dropped are all that is left, and are not looked at.
    public func brokenRollups(limit: Int) async throws -> [String] {
        let rows = try await query(
            """
            WITH latest AS (
                SELECT u.consortium_id, u.application_id, u.metric_id, u.party_id, b.source_id, u.quantity,
                    u.interval_start, u.interval_start + make_interval(secs => u.interval_seconds) AS interval_end
                FROM usage_record u JOIN usage_batch b USING (consortium_id, batch_id)
                WHERE NOT EXISTS (SELECT FROM usage_record n
                    WHERE n.consortium_id = u.consortium_id AND n.application_id = u.application_id
                        AND n.metric_id = u.metric_id AND n.party_id = u.party_id AND n.source_key = u.source_key
                        AND n.interval_start = u.interval_start AND n.interval_seconds = u.interval_seconds
                        AND n.revision = u.revision + 1)),
            expected AS (
                SELECT l.consortium_id, l.application_id, g.grain, date_trunc(g.unit, l.interval_start)::date AS bucket,
                    l.metric_id, l.party_id, l.source_id, count(*) AS record_count, sum(l.quantity) AS total,
                    max(l.quantity) AS largest,
                    (array_agg(l.quantity ORDER BY l.interval_end DESC, l.interval_start DESC))[1] AS last
                FROM latest l CROSS JOIN (VALUES (1, 'day'), (2, 'month')) g (grain, unit)
                GROUP BY 1, 2, 3, 4, 5, 6, 7)
            SELECT bucket::text || ' of party ' || party_id || ', metric ' || metric_id
            FROM expected e FULL JOIN usage_rollup r
                USING (consortium_id, application_id, grain, bucket, metric_id, party_id, source_id)
            LEFT JOIN (SELECT consortium_id, max(month) AS month FROM usage_drop GROUP BY 1) d USING (consortium_id)
            WHERE (d.month IS NULL OR bucket >= d.month + interval '1 month')
                AND (coalesce(e.record_count, 0) <> coalesce(r.record_count, 0) OR r.quantity IS DISTINCT FROM
                    CASE r.aggregation WHEN 1 THEN e.total WHEN 2 THEN e.largest ELSE e.last END)
            ORDER BY 1 LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try row.next(String.self) }
    }

    /// Reporting systems that no batch and no metric names, at most `limit`.
    public func idleSources(limit: Int) async throws -> [String] {
        let rows = try await query(
            """
            SELECT s.source_code FROM usage_source s
            WHERE NOT EXISTS (SELECT FROM usage_batch b
                WHERE b.consortium_id = s.consortium_id AND b.source_id = s.source_id)
                AND NOT EXISTS (SELECT FROM metric_setting m
                    WHERE m.consortium_id = s.consortium_id AND s.source_id = ANY (m.reporter_sources))
            ORDER BY 1 LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try row.next(String.self) }
    }
}
