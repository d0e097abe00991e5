public import Domain
internal import Postgres

/// Records of one day in a closed period, of one batch, party and metric.
public struct UsageLateRow: Sendable, Equatable {
    public var partyCode: String
    public var metricCode: String
    public var sourceCode: String
    public var day: CivilDate
    public var bookedOn: CivilDate
    public var recordCount: Int64
    public var quantity: Int64
    public var position: Int64
}

/// Where a page of late usage goes on: behind this row.
public struct UsageLatePlace: Sendable {
    public var position: Int64
    public var metricCode: String
    public var partyCode: String
    public var day: CivilDate

    public init(position: Int64, metricCode: String, partyCode: String, day: CivilDate) {
        self.position = position
        self.metricCode = metricCode
        self.partyCode = partyCode
        self.day = day
    }
}

extension Session {
    /// Records what of a batch lies in closed periods.
    ///
    /// - Parameter rows: buckets of days, each with the day on which it is booked.
    public func insertLate(
        _ rows: [(bucket: UsageBuckets.Row, bookedOn: CivilDate)], of batch: UsageBatchRow, in consortium: Int32,
        recordedFrom: Int64
    ) async throws {
        let buckets = rows.map(\.bucket)
        _ = try await query(
            """
            INSERT INTO usage_late (consortium_id, batch_id, application_id, metric_id, party_id, source_id, day,
                booked_on, record_count, quantity, recorded_from)
            SELECT \(consortium), \(batch.id), \(batch.application), x.metric_id, x.party_id, \(batch.source),
                date '1970-01-01' + x.day, date '1970-01-01' + x.booked_on, x.record_count, x.quantity, \(recordedFrom)
            FROM unnest(\(buckets.map(\.metric)), \(buckets.map(\.party)), \(buckets.map(\.bucket)),
                    \(rows.map { Int32($0.bookedOn.daysSinceEpoch) }), \(buckets.map(\.stored)),
                    \(buckets.map { $0.aggregation == .sum ? $0.quantity : 0 }))
                AS x (metric_id, party_id, day, booked_on, record_count, quantity)
            """)
    }
}

extension Reader {
    /// What had come late, at a size of the register, and is booked on days from `from` up to `until`, in the order of
    /// the register.
    public func lateUsage(
        of application: Int32, in consortium: Int32, from: CivilDate, until: CivilDate, knownAt size: Int64,
        after place: UsageLatePlace?, limit: Int
    ) async throws -> [UsageLateRow] {
        var behind: SQL = ""
        if let place {
            behind = """
                AND (l.recorded_from, m.metric_code, p.party_code, l.day) > (\(place.position),
                    \(place.metricCode) COLLATE "C", \(place.partyCode) COLLATE "C", \(place.day)::date)
                """
        }
        let rows = try await query(
            """
            SELECT p.party_code, m.metric_code, s.source_code, l.day, l.booked_on, l.record_count, l.quantity,
                l.recorded_from
            FROM usage_late l JOIN party p USING (party_id) JOIN metric m USING (metric_id)
            JOIN usage_source s USING (source_id)
            WHERE l.consortium_id = \(consortium) AND l.application_id = \(application)
                AND l.booked_on >= \(from) AND l.booked_on < \(until)
                AND l.recorded_from < \(size) \(behind)
            ORDER BY l.recorded_from, m.metric_code, p.party_code, l.day LIMIT \(Int64(limit))
            """)
        return try rows.map { row in
            UsageLateRow(
                partyCode: try row.next(String.self), metricCode: try row.next(String.self),
                sourceCode: try row.next(String.self), day: try row.next(CivilDate.self),
                bookedOn: try row.next(CivilDate.self), recordCount: try row.next(Int64.self),
                quantity: try row.next(Int64.self), position: try row.next(Int64.self))
        }
    }
}
