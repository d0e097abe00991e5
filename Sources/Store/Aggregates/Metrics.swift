internal import Domain
internal import Postgres

/// A row of `metric`.
public struct MetricRow: Sendable, Equatable {
    public var id: Int32
    public var code: String
    public var unit: String
    public var scale: Int16
    /// Number of the API's Aggregation.
    public var aggregation: Int16

    init(_ row: inout Row) throws {
        id = try row.next(Int32.self)
        code = try row.next(String.self)
        unit = try row.next(String.self)
        scale = try row.next(Int16.self)
        aggregation = try row.next(Int16.self)
    }
}

extension Reader {
    /// The metrics of an application.
    public func metrics(of application: Int32, in consortium: Int32) async throws -> [MetricRow] {
        let rows = try await query(
            """
            SELECT metric_id, metric_code, unit, scale, aggregation FROM metric
            WHERE consortium_id = \(consortium) AND application_id = \(application) ORDER BY metric_code
            """)
        return try rows.map { row in try MetricRow(&row) }
    }
}

extension Session {
    /// Declares a metric.
    public func insertMetric(
        _ code: String, unit: String, scale: Int16, aggregation: Int16, of application: Int32, in consortium: Int32,
        recordedFrom: Int64
    ) async throws {
        _ = try await query(
            """
            INSERT INTO metric (consortium_id, application_id, metric_code, unit, scale, aggregation, recorded_from)
            VALUES (\(consortium), \(application), \(code), \(unit), \(scale), \(aggregation), \(recordedFrom))
            """)
    }
}
