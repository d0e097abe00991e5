public import Domain
internal import Postgres

/// Which records of usage are wanted, in the numbers of their rows.
public struct UsageCondition: Sendable {
    public var applications: [Int32]
    public var metrics: [Int32]
    public var parties: [Int32]
    /// Days (UTC) on which the intervals begin; nil for all.
    public var days: DateRange?

    public init(applications: [Int32], metrics: [Int32], parties: [Int32], days: DateRange?) {
        self.applications = applications
        self.metrics = metrics
        self.parties = parties
        self.days = days
    }

    /// Whether a record fits; its application is its batch's.
    public func includes(_ record: StoredUsage) -> Bool {
        metrics.contains(record.metric) && parties.contains(record.party)
            && (days.map { $0.contains(secondsSince1970: record.start) } ?? true)
    }

    /// Bounds of the days, open ones included, as the database compares them.
    var start: CivilDate { days?.start ?? UsageCondition.firstDay }
    var end: CivilDate { days?.end ?? UsageCondition.lastDay }

    private static let firstDay = CivilDate(daysSinceEpoch: -719_162)!
    private static let lastDay = CivilDate(daysSinceEpoch: 2_932_896)!
}

extension DateRange {
    /// Whether a moment falls on one of the days in UTC.
    public func contains(secondsSince1970 seconds: Int64) -> Bool {
        seconds >= Int64(start.daysSinceEpoch) * 86_400
            && (end.map { seconds < Int64($0.daysSinceEpoch) * 86_400 } ?? true)
    }
}

extension Reader {
    /// Positions below `size` of the entries of the batches with records that fit, and of the metrics these name;
    /// ascending.
    public func entryPositions(
        of condition: UsageCondition, in consortium: Int32, until size: Int64
    ) async throws -> [Int64] {
        let rows = try await query(
            """
            WITH wanted AS (
                SELECT DISTINCT u.batch_id, u.metric_id FROM usage_record u
                WHERE u.consortium_id = \(consortium) AND u.application_id = ANY (\(condition.applications))
                    AND u.metric_id = ANY (\(condition.metrics)) AND u.party_id = ANY (\(condition.parties))
                    AND u.interval_start >= \(condition.start)::timestamp AT TIME ZONE 'UTC'
                    AND u.interval_start < \(condition.end)::timestamp AT TIME ZONE 'UTC'),
            recorded AS (
                SELECT p.recorded_from, w.metric_id FROM wanted w
                JOIN usage_batch_position p ON p.consortium_id = \(consortium) AND p.batch_id = w.batch_id
                WHERE p.recorded_from < \(size))
            SELECT recorded_from FROM recorded
            UNION
            SELECT m.recorded_from FROM metric m
            WHERE m.consortium_id = \(consortium) AND m.metric_id IN (SELECT metric_id FROM recorded)
            ORDER BY 1
            """)
        return try rows.map { row in try row.next(Int64.self) }
    }

    /// Canonical bytes of the entries at these positions, in their order.
    public func registerEntries(_ register: Int32, at positions: [Int64]) async throws -> [[UInt8]] {
        let rows = try await query(
            """
            SELECT entry FROM register_entry WHERE register_id = \(register) AND position = ANY (\(positions))
            ORDER BY position
            """)
        return try rows.map { row in try row.next([UInt8].self) }
    }

    /// The batches whose entries stand at these positions, in their order.
    public func usageBatches(in consortium: Int32, at positions: [Int64]) async throws -> [UsageBatchHead] {
        let rows = try await query(
            """
            SELECT b.batch_id, b.application_id, s.source_code, b.secret, b.first_month, b.last_month, b.recorded_from,
                b.row_count
            FROM usage_batch b JOIN usage_source s USING (source_id)
            WHERE b.consortium_id = \(consortium) AND b.recorded_from = ANY (\(positions)) ORDER BY b.recorded_from
            """)
        return try rows.map { row in try UsageBatchHead(&row) }
    }

    /// Whether records of batches below `size`, of days that are wanted, were deleted when their retention ended: the
    /// consortium has none any more of a month in which a batch begins or ends. The oldest months go first. To be asked
    /// in the name of somebody who sees all rows.
    ///
    /// - Parameters:
    ///   - applications: of these; nil for all.
    ///   - days: days on which intervals begin; nil for all.
    public func isPastRetention(
        in consortium: Int32, applications: [Int32]?, days: DateRange?, until size: Int64
    ) async throws -> Bool {
        let isWanted: SQL = if let applications { "application_id = ANY (\(applications))" } else { "true" }
        let condition = UsageCondition(applications: [], metrics: [], parties: [], days: days)
        let rows = try await query(
            """
            WITH span AS (
                SELECT DISTINCT application_id, first_month, last_month FROM usage_batch_position
                WHERE consortium_id = \(consortium) AND recorded_from < \(size)),
            bound AS (SELECT DISTINCT unnest(ARRAY[first_month, last_month]) AS month FROM span),
            lost AS (
                SELECT max(b.month) AS month FROM bound b
                WHERE NOT EXISTS (SELECT FROM usage_record u
                    WHERE u.consortium_id = \(consortium)
                        AND u.interval_start >= b.month::timestamp AT TIME ZONE 'UTC'
                        AND u.interval_start < (b.month + interval '1 month') AT TIME ZONE 'UTC'))
            SELECT EXISTS (
                SELECT FROM span, lost
                WHERE \(isWanted)
                    AND first_month <= lost.month AND first_month < \(condition.end)
                    AND least(last_month, lost.month) + interval '1 month' > \(condition.start))
            """)
        return try rows.decode(Bool.self, row: 0, column: 0)
    }
}
