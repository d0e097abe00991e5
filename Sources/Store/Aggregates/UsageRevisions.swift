public import Domain
internal import Postgres

/// One revision of a stored record.
public struct UsageRevisionRow: Sendable, Equatable {
    public var sourceCode: String
    public var revision: Int16
    public var quantity: Int64
    /// Position of its batch's entry.
    public var position: Int64
}

extension Reader {
    /// The current revision of each key that is stored.
    ///
    /// - Parameter sourceKeys: for each key the source where its metric adds sources up, else 0.
    public func storedUsage(
        _ keys: [UsageKey], sourceKeys: [Int32], application: Int32, in consortium: Int32
    ) async throws -> [UsageKey: UsageMerge.Stored] {
        guard let first = keys.map(\.start).min(), let last = keys.map(\.start).max() else { return [:] }
        let rows = try await query(
            """
            SELECT k.ordinal - 1, u.revision, u.quantity, b.source_id, b.recorded_from
            FROM unnest(\(keys.map(\.metric)), \(keys.map(\.party)), \(sourceKeys),
                    \(keys.map { SQLTimestamp(seconds: $0.start) }), \(keys.map(\.seconds))) WITH ORDINALITY
                AS k (metric_id, party_id, source_key, interval_start, interval_seconds, ordinal)
            CROSS JOIN LATERAL (
                SELECT u.revision, u.quantity, u.batch_id FROM usage_record u
                WHERE u.consortium_id = \(consortium) AND u.application_id = \(application)
                    AND u.metric_id = k.metric_id AND u.party_id = k.party_id AND u.source_key = k.source_key
                    AND u.interval_start = k.interval_start AND u.interval_seconds = k.interval_seconds
                    AND u.interval_start BETWEEN \(SQLTimestamp(seconds: first)) AND \(SQLTimestamp(seconds: last))
                ORDER BY u.revision DESC LIMIT 1) u
            CROSS JOIN LATERAL (\(batch(of: "u", in: consortium))) b
            """)
        let pairs = try rows.map { row in
            let index = Int(try row.next(Int64.self))
            let revision = try row.next(Int16.self)
            let quantity = try row.next(Int64.self)
            let source = try row.next(Int32.self)
            return (
                keys[index],
                UsageMerge.Stored(
                    revision: revision, quantity: quantity, source: source, position: try row.next(Int64.self))
            )
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The batch that a record came in. The limit keeps the planner from joining the view instead, which would read all
    /// batches of the consortium: a condition from outside does not get into it.
    private func batch(of record: SQL, in consortium: Int32) -> SQL {
        """
        SELECT source_id, recorded_from FROM usage_batch_position
        WHERE consortium_id = \(consortium) AND batch_id = \(record).batch_id LIMIT 1
        """
    }

    /// Every revision of a record that was known at a size, of every system that reported it.
    ///
    /// - Throws: `Failure(.noLongerKept)` where they were dropped.
    public func usageHistory(
        of key: UsageKey, application: Int32, in consortium: Int32, knownAt size: Int64
    ) async throws -> [UsageRevisionRow] {
        let start = SQLTimestamp(seconds: key.start)
        let day = CivilDate(daysSinceEpoch: Int(key.start / 86_400))
        if let day { try await requireKept(from: day, in: consortium) }
        let rows = try await query(
            """
            SELECT s.source_code, u.revision, u.quantity, b.recorded_from
            FROM usage_record u
            CROSS JOIN LATERAL (\(batch(of: "u", in: consortium))) b
            JOIN usage_source s ON s.source_id = b.source_id
            WHERE u.consortium_id = \(consortium) AND u.application_id = \(application)
                AND u.metric_id = \(key.metric) AND u.party_id = \(key.party)
                AND u.source_key = ANY (
                    ARRAY(SELECT source_id FROM usage_source WHERE consortium_id = \(consortium)) || 0)
                AND u.interval_start = \(start) AND u.interval_seconds = \(key.seconds) AND b.recorded_from < \(size)
            ORDER BY s.source_code, u.revision
            """)
        return try rows.map { row in
            UsageRevisionRow(
                sourceCode: try row.next(String.self), revision: try row.next(Int16.self),
                quantity: try row.next(Int64.self), position: try row.next(Int64.self))
        }
    }
}

extension SQLTimestamp {
    /// Instants of records lie in years that fit, see `UsageRules.instants`.
    init(seconds: Int64) {
        self.init(microseconds: (seconds - UsageRowBuffer.epochOffset) * 1_000_000)
    }
}
