public import Domain
internal import Postgres

extension Session {
    /// Adds what a batch changes to the rollups of its source. The register's lock must be held and the batch's rows
    /// and its own row stored: buckets that a correction has taken something from are found anew in the records.
    public func addToRollups(_ rows: [UsageBuckets.Row], of batch: UsageBatchRow, in consortium: Int32) async throws {
        var statements = [add(rows, batch, consortium)]
        let touched = rows.filter(\.mustBeFoundAnew)
        if !touched.isEmpty { statements.append(findAnew(touched, batch, consortium)) }
        _ = try await run(statements)
    }

    /// Sums grow by the difference, the largest and the latest give way to larger and later ones.
    private func add(_ rows: [UsageBuckets.Row], _ batch: UsageBatchRow, _ consortium: Int32) -> SQL {
        """
        INSERT INTO usage_rollup AS r
            (consortium_id, application_id, source_id, bucket, metric_id, party_id, grain, aggregation, last_seconds,
            last_end, record_count, quantity)
        SELECT \(consortium), \(batch.application), \(batch.source), date '1970-01-01' + x.bucket, x.metric_id,
            x.party_id, x.grain, x.aggregation, x.last_seconds, x.last_end, x.record_count, x.quantity
        FROM unnest(\(rows.map(\.bucket)), \(rows.map(\.metric)), \(rows.map(\.party)), \(rows.map(\.grain.rawValue)),
                \(rows.map(\.aggregation.number)), \(rows.map(\.lastSeconds)),
                \(rows.map { SQLTimestamp(seconds: $0.lastEnd) }), \(rows.map(\.count)), \(rows.map(\.quantity)))
            AS x (bucket, metric_id, party_id, grain, aggregation, last_seconds, last_end, record_count, quantity)
        ON CONFLICT (consortium_id, application_id, grain, bucket, metric_id, party_id, source_id) DO UPDATE SET
            record_count = r.record_count + excluded.record_count,
            quantity = CASE r.aggregation
                WHEN 1 THEN r.quantity + excluded.quantity
                WHEN 2 THEN greatest(r.quantity, excluded.quantity)
                ELSE CASE WHEN (excluded.last_end, -excluded.last_seconds) > (r.last_end, -r.last_seconds)
                    THEN excluded.quantity ELSE r.quantity END END,
            last_seconds = CASE WHEN (excluded.last_end, -excluded.last_seconds) > (r.last_end, -r.last_seconds)
                THEN excluded.last_seconds ELSE r.last_seconds END,
            last_end = greatest(r.last_end, excluded.last_end)
        """
    }

    /// The days come as such: what is worked out from a row is kept from the index under row-level security.
    private func findAnew(_ rows: [UsageBuckets.Row], _ batch: UsageBatchRow, _ consortium: Int32) -> SQL {
        """
        UPDATE usage_rollup r SET quantity = f.quantity, last_end = f.last_end, last_seconds = f.last_seconds
        FROM unnest(\(rows.map { SQLDate($0.bucket) }), \(rows.map { SQLDate($0.end) }), \(rows.map(\.metric)),
                \(rows.map(\.party)), \(rows.map(\.grain.rawValue)))
            AS x (first_day, end_day, metric_id, party_id, grain)
        CROSS JOIN LATERAL (
            SELECT u.quantity, u.interval_seconds AS last_seconds,
                u.interval_start + u.interval_seconds * interval '1 second' AS last_end
            FROM usage_record u
            JOIN metric m ON m.metric_id = u.metric_id
            WHERE u.consortium_id = \(consortium) AND u.application_id = \(batch.application)
                AND u.metric_id = x.metric_id AND u.party_id = x.party_id
                AND (SELECT b.source_id FROM usage_batch_position b
                    WHERE b.consortium_id = \(consortium) AND b.batch_id = u.batch_id) = \(batch.source)
                AND u.interval_start >= x.first_day::timestamp AT TIME ZONE 'UTC'
                AND u.interval_start < x.end_day::timestamp AT TIME ZONE 'UTC'
                AND NOT EXISTS (
                    SELECT FROM usage_record n
                    WHERE n.consortium_id = u.consortium_id AND n.application_id = u.application_id
                        AND n.metric_id = u.metric_id AND n.party_id = u.party_id AND n.source_key = u.source_key
                        AND n.interval_start = u.interval_start AND n.interval_seconds = u.interval_seconds
                        AND n.revision = u.revision + 1)
            ORDER BY CASE m.aggregation WHEN 2 THEN u.quantity END DESC,
                u.interval_start + u.interval_seconds * interval '1 second' DESC, u.interval_seconds
            LIMIT 1) f
        WHERE r.consortium_id = \(consortium) AND r.application_id = \(batch.application) AND r.grain = x.grain
            AND r.bucket = x.first_day AND r.metric_id = x.metric_id AND r.party_id = x.party_id
            AND r.source_id = \(batch.source)
        """
    }
}

extension SQLDate {
    /// - Parameter bucket: days since 1970-01-01.
    fileprivate init(_ bucket: Int32) { self.init(days: bucket - CivilDate.epochOffset) }
}

extension UsageBuckets.Row {
    /// The day after its last, in days since 1970-01-01.
    fileprivate var end: Int32 {
        switch grain {
        case .day: bucket + 1
        case .month:
            Int32(CivilDate(daysSinceEpoch: Int(bucket))?.adding(months: 1)?.daysSinceEpoch ?? Int(bucket) + 31)
        }
    }
}
