internal import Domain
internal import Postgres

/// A row of `application`.
public struct ApplicationRow: Sendable, Equatable {
    public var id: Int32
    public var code: String
    public var displayName: String
    /// The API's PubliccodeSummary, canonically serialised; nil while none was imported, and where one application was
    /// looked for by its code, as every report of usage does.
    public var publiccode: [UInt8]?

    init(_ row: inout Row) throws {
        id = try row.next(Int32.self)
        code = try row.next(String.self)
        displayName = try row.next(String.self)
        publiccode = try row.next([UInt8]?.self)
    }
}

extension Reader {
    /// One application.
    public func application(_ code: String, in consortium: Int32, name: String) async throws -> ApplicationRow {
        let rows = try await query(
            """
            SELECT application_id, application_code, display_name, NULL::bytea FROM application
            WHERE consortium_id = \(consortium) AND application_code = \(code)
            """)
        return try rows.one("application", name) { row in try ApplicationRow(&row) }
    }

    /// The applications of a consortium, as known when its register had `size` entries, in ascending order of their
    /// codes.
    public func applications(
        in consortium: Int32, knownAt size: Int64 = .max, after last: String = "", limit: Int = .max
    ) async throws -> [ApplicationRow] {
        let rows = try await query(
            """
            SELECT a.application_id, a.application_code, a.display_name,
                (SELECT v.summary FROM publiccode_document v
                WHERE v.consortium_id = a.consortium_id AND v.application_id = a.application_id
                    AND \(Versions.known(at: size)))
            FROM application a WHERE a.consortium_id = \(consortium) AND a.application_code > \(last)
                AND a.recorded_from < \(size)
            ORDER BY a.application_code LIMIT \(limit)
            """)
        return try rows.map { row in try ApplicationRow(&row) }
    }
}

extension Session {
    /// Adds an application.
    public func insertApplication(
        _ code: String, displayName: String, in consortium: Int32, recordedFrom: Int64
    ) async throws {
        _ = try await query(
            """
            INSERT INTO application (consortium_id, application_code, display_name, recorded_from)
            VALUES (\(consortium), \(code), \(displayName), \(recordedFrom))
            """)
    }
}
