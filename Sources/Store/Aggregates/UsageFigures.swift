public import Domain
internal import Postgres

/// Which usage a read is about.
public struct UsageFilter: Sendable {
    public var consortium: Int32
    public var application: Int32
    /// Days in which the intervals begin (UTC), half-open.
    public var from: CivilDate
    public var until: CivilDate
    /// Only this party; nil for all that the caller may see.
    public var party: Int32?
    /// Only this metric; nil for all of the application.
    public var metric: Int32?
    /// Size of the register at which the records were known; nil for now.
    public var size: Int64?
    /// Whether figures are told apart by the release that the party ran.
    public var isByRelease = false
    /// Only days on which the party ran this release; nil for all.
    public var release: String?

    public init(
        consortium: Int32, application: Int32, from: CivilDate, until: CivilDate, party: Int32? = nil,
        metric: Int32? = nil, size: Int64? = nil
    ) {
        self.consortium = consortium
        self.application = application
        self.from = from
        self.until = until
        self.party = party
        self.metric = metric
        self.size = size
    }
}

/// Length of the parts of a series; the raw value is the number of the API's UsageGrain.
public enum UsageStep: Int, Sendable, CaseIterable {
    case day = 1
    case month = 2
    case quarter = 3
    case year = 4
}

/// Usage of one party, metric and release in one part of the days asked for.
public struct UsageFigureRow: Sendable, Equatable {
    public var partyCode: String
    public var metricCode: String
    /// Version of the release that the party ran; empty where its adoptions name none, or where it was not asked for.
    public var release: String
    /// First day of the part.
    public var start: CivilDate
    public var quantity: Int64
    public var recordCount: Int64
}

/// How much of the days asked for a system has reported for a party.
public struct UsageCoverageRow: Sendable, Equatable {
    public var partyCode: String
    public var metricCode: String
    public var sourceCode: String
    /// First days of the months with records, ascending.
    public var months: [CivilDate]

    public init(partyCode: String, metricCode: String, sourceCode: String, months: [CivilDate]) {
        self.partyCode = partyCode
        self.metricCode = metricCode
        self.sourceCode = sourceCode
        self.months = months
    }
}

/// What was read, and the size of the register it holds for.
public struct UsageFigures: Sendable {
    public var rows: [UsageFigureRow]
    public var size: Int64
}

/// Where a page of totals or of a series goes on: behind this part.
public struct UsagePlace: Sendable {
    public var partyCode: String
    public var metricCode: String
    public var release: String
    public var start: CivilDate

    public init(partyCode: String, metricCode: String, release: String, start: CivilDate) {
        self.partyCode = partyCode
        self.metricCode = metricCode
        self.release = release
        self.start = start
    }
}

extension Reader {
    /// Totals of the parties the caller may see, by party and metric: from rollups, or where later batches have changed
    /// them from the records (docs/decisions/0031).
    public func usageTotals(
        of application: Int32, in consortium: Int32, from: CivilDate, until: CivilDate, knownAt size: Int64
    ) async throws -> [UsageFigureRow] {
        let filter = UsageFilter(
            consortium: consortium, application: application, from: from, until: until, size: size)
        if let figures = try await usageRollups(filter) { return figures.rows }
        return try await usageRecordFigures(filter).rows
    }

    /// Figures from rollups; nil where batches for the months asked for have come since the size asked for.
    ///
    /// - Parameters:
    ///   - grain: length of the parts; nil for one part.
    ///   - place: the part after which to begin, and how many parts to read.
    public func usageRollups(
        _ filter: UsageFilter, by grain: UsageStep? = nil, after place: UsagePlace? = nil, limit: Int? = nil
    ) async throws -> UsageFigures? {
        // Which release ran is known by days.
        let parts = rollups(filter, byDay: grain == .day || filter.needsReleases)
        let size = filter.size ?? Int64.max
        let rows = try await query(
            """
            SELECT h.size, h.is_stale, f.party_code, f.metric_code, f.release, f.start, f.quantity, f.record_count
            FROM (
                SELECT size, coalesce((
                    SELECT true FROM usage_batch_position b
                    WHERE b.consortium_id = \(filter.consortium) AND b.application_id = \(filter.application)
                        AND b.recorded_from >= \(size) AND b.first_month < \(filter.until)
                        AND b.last_month >= date_trunc('month', \(filter.from)::date::timestamp)::date
                    ORDER BY b.recorded_from LIMIT 1), false) AS is_stale
                FROM register WHERE register_id = \(filter.consortium)) h
            LEFT JOIN (\(figures(parts, filter, grain, place, limit))) f ON NOT h.is_stale
            ORDER BY f.party_code, f.metric_code, f.release, f.start
            """)
        guard rows.count > 0 else { throw Failure.unknown("register", String(filter.consortium)) }
        if try rows.decode(Bool.self, row: 0, column: 1) { return nil }
        let current = try rows.decode(Int64.self, row: 0, column: 0)
        let isEmpty = try rows.decode(String?.self, row: 0, column: 2) == nil
        return UsageFigures(
            rows: isEmpty ? [] : try rows.map { row in try Self.figure(&row) }, size: filter.size ?? current)
    }

    /// Figures from the records themselves, whatever their number.
    ///
    /// - Throws: `Failure(.noLongerKept)` where some of them were dropped.
    public func usageRecordFigures(
        _ filter: UsageFilter, by grain: UsageStep? = nil, after place: UsagePlace? = nil, limit: Int? = nil
    ) async throws -> UsageFigures {
        try await requireKept(from: filter.from, in: filter.consortium)
        let rows = try await query(
            """
            SELECT 0::bigint, false, f.party_code, f.metric_code, f.release, f.start, f.quantity, f.record_count
            FROM (\(figures(records(filter), filter, grain, place, limit))) f
            ORDER BY f.party_code, f.metric_code, f.release, f.start
            """)
        return UsageFigures(rows: try rows.map { row in try Self.figure(&row) }, size: filter.size ?? .max)
    }

    /// Which months of the days asked for have records, by party, metric and system.
    public func usageCoverage(_ filter: UsageFilter, fromRecords: Bool) async throws -> [UsageCoverageRow] {
        let rows = try await query(
            """
            SELECT p.party_code, m.metric_code, s.source_code, c.months
            FROM (
                SELECT party_id, metric_id, source_id,
                    array_agg(DISTINCT date_trunc('month', bucket)::date) AS months
                FROM (\(fromRecords ? records(filter) : rollups(filter, byDay: false))) part
                GROUP BY party_id, metric_id, source_id) c
            JOIN party p USING (party_id) JOIN metric m USING (metric_id) JOIN usage_source s USING (source_id)
            ORDER BY p.party_code, m.metric_code, s.source_code
            """)
        return try rows.map { row in
            UsageCoverageRow(
                partyCode: try row.next(String.self), metricCode: try row.next(String.self),
                sourceCode: try row.next(String.self),
                months: try row.next([SQLDate].self).compactMap(CivilDate.init(stored:)).sorted())
        }
    }

    private static func figure(_ row: inout Row) throws -> UsageFigureRow {
        _ = try row.next(Int64.self)
        _ = try row.next(Bool.self)
        return UsageFigureRow(
            partyCode: try row.next(String.self), metricCode: try row.next(String.self),
            release: try row.next(String.self), start: try row.next(CivilDate.self),
            quantity: try row.next(Int64.self), recordCount: try row.next(Int64.self))
    }

    /// The year's totals of every party, by party and metric, where the charter lets members compare their usage; nil
    /// where it does not.
    public func comparedUsage(_ filter: UsageFilter) async throws -> UsageFigures? {
        let parts = rollups(filter, byDay: false, of: "usage_compared")
        let rows = try await query(
            """
            SELECT h.size, h.compare_usage, f.party_code, f.metric_code, f.release, f.start, f.quantity, f.record_count
            FROM (
                SELECT r.size, v.compare_usage
                FROM register r JOIN consortium_version v ON v.consortium_id = r.register_id
                WHERE r.register_id = \(filter.consortium) AND \(Versions.current)) h
            LEFT JOIN (\(figures(parts, filter, nil, nil, nil))) f ON true
            ORDER BY f.metric_code, f.party_code
            """)
        guard rows.count > 0 else { throw Failure.unknown("register", String(filter.consortium)) }
        guard try rows.decode(Bool.self, row: 0, column: 1) else { return nil }
        let isEmpty = try rows.decode(String?.self, row: 0, column: 2) == nil
        return UsageFigures(
            rows: isEmpty ? [] : try rows.map { row in try Self.figure(&row) },
            size: try rows.decode(Int64.self, row: 0, column: 0))
    }

    // MARK: - Statements

    /// Puts parts together, be they buckets or records: numbers first, names last.
    private func figures(
        _ parts: SQL, _ filter: UsageFilter, _ grain: UsageStep?, _ place: UsagePlace?, _ limit: Int?
    ) -> SQL {
        var page: SQL = ""
        if let place {
            page = """
                WHERE (p.party_code, m.metric_code, t.release, t.start)
                    > (\(place.partyCode) COLLATE "C", \(place.metricCode) COLLATE "C", \(place.release) COLLATE "C",
                        \(place.start)::date)
                """
        }
        if let limit {
            page = "\(page) ORDER BY p.party_code, m.metric_code, t.release, t.start LIMIT \(Int64(limit))"
        }
        let (release, adoptions) = releases(filter)
        return """
            SELECT p.party_code, m.metric_code, t.release, t.start, t.quantity, t.record_count
            FROM (
                SELECT part.metric_id, part.party_id, \(release) AS release, \(start(of: grain, filter)) AS start,
                    sum(record_count)::bigint AS record_count,
                    CASE min(aggregation)
                        WHEN 1 THEN sum(quantity)::bigint
                        WHEN 2 THEN max(quantity)
                        -- Not an ordered aggregate, which would sort every record before it is counted.
                        ELSE (max(ARRAY[extract(epoch FROM last_end)::bigint, -last_seconds, quantity])
                            FILTER (WHERE aggregation = 3))[3] END AS quantity
                FROM (\(parts)) part \(adoptions) GROUP BY 1, 2, 3, 4) t
            JOIN metric m USING (metric_id) JOIN party p USING (party_id) \(page)
            """
    }

    /// The column of the release that a party ran on a part's day, and the join that finds it.
    private func releases(_ filter: UsageFilter) -> (column: SQL, join: SQL) {
        guard filter.needsReleases else { return ("'' COLLATE \"C\"", "") }
        var join: SQL = """
            LEFT JOIN adoption v ON v.consortium_id = \(filter.consortium)
                AND v.application_id = \(filter.application) AND v.party_id = part.party_id
                AND v.valid_from <= bucket AND (v.valid_until IS NULL OR v.valid_until > bucket)
                AND \(Versions.known(at: filter.size ?? .max))
            """
        if let release = filter.release { join = "\(join) WHERE v.version = \(release) COLLATE \"C\"" }
        return (filter.isByRelease ? "coalesce(v.version, '')" : "'' COLLATE \"C\"", join)
    }

    /// First day of the part that a bucket belongs to, within the days asked for.
    private func start(of grain: UsageStep?, _ filter: UsageFilter) -> SQL {
        switch grain {
        case nil: "\(filter.from)::date"
        case .day: "bucket"
        case .month: "greatest(date_trunc('month', bucket)::date, \(filter.from))"
        case .quarter: "greatest(date_trunc('quarter', bucket)::date, \(filter.from))"
        case .year: "greatest(date_trunc('year', bucket)::date, \(filter.from))"
        }
    }

    private func only(_ filter: UsageFilter) -> SQL {
        var condition: SQL = ""
        if let party = filter.party { condition = "AND party_id = \(party)" }
        if let metric = filter.metric { condition = "\(condition) AND metric_id = \(metric)" }
        return condition
    }

    /// Whole months from the months' buckets, what is left at both ends from the days'.
    private func rollups(_ filter: UsageFilter, byDay: Bool, of table: SQL = "usage_rollup") -> SQL {
        let first = filter.from.startOfMonth(roundedUp: true)
        let end = filter.until.startOfMonth(roundedUp: false)
        guard !byDay, let first, let end, first < end else {
            return buckets(.day, filter.from, filter.until, filter, table)
        }
        var parts = buckets(.month, first, end, filter, table)
        if filter.from < first { parts = "\(parts) UNION ALL \(buckets(.day, filter.from, first, filter, table))" }
        if end < filter.until { parts = "\(parts) UNION ALL \(buckets(.day, end, filter.until, filter, table))" }
        return parts
    }

    private func buckets(
        _ grain: UsageBuckets.Grain, _ from: CivilDate, _ until: CivilDate, _ filter: UsageFilter, _ table: SQL
    ) -> SQL {
        """
        SELECT metric_id, party_id, source_id, aggregation, bucket, last_end, last_seconds, record_count, quantity
        FROM \(table)
        WHERE consortium_id = \(filter.consortium) AND application_id = \(filter.application)
            AND grain = \(grain.rawValue) AND bucket >= \(from) AND bucket < \(until) \(only(filter))
        """
    }

    /// The records that were current at a size, each like a bucket of its own.
    private func records(_ filter: UsageFilter) -> SQL {
        let size = filter.size ?? Int64.max
        let days: SQL = """
            interval_start >= \(filter.from)::date::timestamp AT TIME ZONE 'UTC'
                AND interval_start < \(filter.until)::date::timestamp AT TIME ZONE 'UTC'
            """
        return """
            SELECT u.metric_id, u.party_id, b.source_id, m.aggregation,
                (u.interval_start AT TIME ZONE 'UTC')::date AS bucket,
                u.interval_start + u.interval_seconds * interval '1 second' AS last_end,
                u.interval_seconds AS last_seconds, 1::bigint AS record_count, u.quantity
            FROM (
                SELECT * FROM usage_record
                WHERE consortium_id = \(filter.consortium) AND application_id = \(filter.application)
                    AND \(days) \(only(filter))) u
            JOIN usage_batch_position b ON b.consortium_id = \(filter.consortium) AND b.batch_id = u.batch_id
            JOIN metric m ON m.metric_id = u.metric_id
            LEFT JOIN (
                SELECT c.* FROM usage_record c
                JOIN usage_batch_position cb ON cb.consortium_id = \(filter.consortium) AND cb.batch_id = c.batch_id
                WHERE c.consortium_id = \(filter.consortium) AND c.application_id = \(filter.application)
                    AND \(days) AND c.revision > 0 AND cb.recorded_from < \(size)) n
                ON n.metric_id = u.metric_id AND n.party_id = u.party_id AND n.source_key = u.source_key
                AND n.interval_start = u.interval_start AND n.interval_seconds = u.interval_seconds
                AND n.revision = u.revision + 1
            WHERE b.recorded_from < \(size) AND n.revision IS NULL
            """
    }
}

extension UsageFilter {
    fileprivate var needsReleases: Bool { isByRelease || release != nil }
}

extension CivilDate {
    /// First day of this month, or, where this is a later one and rounding goes up, of the next.
    fileprivate func startOfMonth(roundedUp: Bool) -> CivilDate? {
        let first = CivilDate(year: year, month: month, day: 1)
        return roundedUp && day > 1 ? first?.adding(months: 1) : first
    }
}
