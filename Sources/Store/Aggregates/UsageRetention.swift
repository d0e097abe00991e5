public import Domain
internal import Postgres

/// A month whose records were deleted.
public struct DroppedUsage: Sendable, Equatable {
    /// Its first day.
    public var month: CivilDate
    public var recordCount: Int64
    /// Batches among whose months it is.
    public var batchCount: Int64
    /// SHA-256 over their row roots in the order of the register, 32 bytes.
    public var rootsDigest: [UInt8]

    public init(month: CivilDate, recordCount: Int64, batchCount: Int64, rootsDigest: [UInt8]) {
        self.month = month
        self.recordCount = recordCount
        self.batchCount = batchCount
        self.rootsDigest = rootsDigest
    }
}

/// What the records of a batch that are still kept have to come to.
public struct UsageCommitment: Sendable, Equatable {
    public var rowCount: Int
    /// RFC 6962 root over the salted row hashes, 32 bytes.
    public var root: [UInt8]

    public init(rowCount: Int, root: [UInt8]) {
        self.rowCount = rowCount
        self.root = root
    }
}

extension Reader {
    /// Consortia whose charter limits for how long records are kept.
    public func consortiaWithRetention() async throws -> [(id: Int32, code: String, months: Int)] {
        let rows = try await query("SELECT consortium_id, consortium_code, months FROM consortia_with_retention()")
        return try rows.map { row in
            (try row.next(Int32.self), try row.next(String.self), Int(try row.next(Int32.self)))
        }
    }

    /// The first day whose records are kept; nil where none was dropped.
    public func usageKeptFrom(in consortium: Int32) async throws -> CivilDate? {
        let rows = try await query(
            """
            SELECT (max(month) + interval '1 month')::date FROM usage_drop WHERE consortium_id = \(consortium)
            """)
        return try rows.decode(CivilDate?.self, row: 0, column: 0)
    }

    /// Refuses a question that only records could answer which are no longer there.
    ///
    /// - Throws: `Failure(.noLongerKept)`.
    func requireKept(from day: CivilDate, in consortium: Int32) async throws {
        guard let kept = try await usageKeptFrom(in: consortium), day < kept else { return }
        throw Failure(
            .noLongerKept,
            "usage records before \(kept) are past their retention and were deleted; what there is of earlier days are "
                + "totals as they were last known"
        ).with("kept_from", kept.description)
    }

    /// First days of the months with records that are still kept, ascending.
    public func monthsWithUsage(in consortium: Int32) async throws -> [CivilDate] {
        let rows = try await query(
            """
            SELECT DISTINCT bucket FROM usage_rollup
            WHERE consortium_id = \(consortium) AND grain = \(UsageBuckets.Grain.month.rawValue)
                AND bucket > coalesce(
                    (SELECT max(month) FROM usage_drop WHERE consortium_id = \(consortium)), '-infinity')
            ORDER BY bucket
            """)
        return try rows.map { row in try row.next(CivilDate.self) }
    }

    /// Batches with kept records in a month and in later ones, and what their kept records have to come to.
    public func usageBatches(
        in consortium: Int32, reachingBeyond month: CivilDate
    ) async throws -> [(batch: UsageBatchHead, kept: UsageCommitment)] {
        let rows = try await query(
            """
            SELECT b.batch_id, b.application_id, s.source_code, b.secret, greatest(b.first_month, \(month)),
                b.last_month, b.recorded_from, coalesce(r.row_count, b.row_count), coalesce(r.row_root, b.row_root)
            FROM usage_batch b JOIN usage_source s USING (source_id)
            LEFT JOIN LATERAL (
                SELECT r.row_count, r.row_root FROM usage_remainder r
                WHERE r.consortium_id = b.consortium_id AND r.batch_id = b.batch_id
                ORDER BY r.month DESC LIMIT 1) r ON true
            WHERE b.consortium_id = \(consortium) AND b.first_month <= \(month) AND b.last_month > \(month)
            ORDER BY b.recorded_from
            """)
        return try rows.map { row in
            let batch = try UsageBatchHead(&row)
            return (batch, UsageCommitment(rowCount: batch.rowCount ?? 0, root: try row.next([UInt8].self)))
        }
    }

    /// What is left of batches that span dropped months, by batch.
    public func usageRemainders(in consortium: Int32) async throws -> [Int64: UsageCommitment] {
        let rows = try await query(
            """
            SELECT DISTINCT ON (batch_id) batch_id, row_count, row_root FROM usage_remainder
            WHERE consortium_id = \(consortium) ORDER BY batch_id, month DESC
            """)
        let pairs = try rows.map { row in
            (
                try row.next(Int64.self),
                UsageCommitment(rowCount: Int(try row.next(Int32.self)), root: try row.next([UInt8].self))
            )
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

extension Session {
    /// Deletes the records of a month, as the server itself.
    ///
    /// - Returns: how many they were, by application.
    public func dropUsage(of month: CivilDate, in consortium: Int32) async throws -> [Int32: Int64] {
        let rows = try await query(
            "SELECT application_id, record_count FROM drop_usage_month(\(consortium), \(month))")
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in (try row.next(Int32.self), try row.next(Int64.self)) })
    }

    /// How many batches have a month among theirs, and the digest over their roots.
    public func usageRoots(of month: CivilDate, in consortium: Int32) async throws -> (count: Int64, digest: [UInt8]) {
        let rows = try await query(
            """
            SELECT count(*), sha256(coalesce(string_agg(row_root, '' ORDER BY recorded_from), ''))
            FROM usage_batch
            WHERE consortium_id = \(consortium) AND first_month <= \(month) AND last_month >= \(month)
            """)
        return (
            try rows.decode(Int64.self, row: 0, column: 0), try rows.decode([UInt8].self, row: 0, column: 1)
        )
    }

    /// Records that the records of a month were deleted, and what is left of batches that reach beyond it.
    public func record(
        _ drop: DroppedUsage, remainders: [(batch: Int64, kept: UsageCommitment)], in consortium: Int32,
        recordedFrom: Int64
    ) async throws {
        _ = try await run([
            """
            INSERT INTO usage_drop (consortium_id, month, record_count, batch_count, roots_sha256, recorded_from)
            VALUES (\(consortium), \(drop.month), \(drop.recordCount), \(drop.batchCount), \(drop.rootsDigest),
                \(recordedFrom))
            """,
            """
            INSERT INTO usage_remainder (consortium_id, batch_id, month, row_count, row_root, recorded_from)
            SELECT \(consortium), r.batch_id, \(drop.month), r.row_count, r.row_root, \(recordedFrom)
            FROM unnest(\(remainders.map(\.batch)), \(remainders.map { Int32($0.kept.rowCount) }),
                \(remainders.map(\.kept.root))) AS r (batch_id, row_count, row_root)
            """,
        ])
    }
}

extension Store {
    /// Drops partitions that are empty because their months were dropped, where nobody is in the way.
    ///
    /// - Returns: how many.
    @discardableResult
    public func dropEmptyUsagePartitions() async throws -> Int {
        let rows = try await database.run(["SELECT drop_empty_usage_partitions()"])[0]
        return Int(try rows.decode(Int32.self, row: 0, column: 0))
    }
}
