public import Domain
internal import Postgres

/// A row of `key_figure`.
public struct KeyFigureRow: Sendable, Equatable {
    public var partyCode: String
    /// Number of the API's KeyFigureKind.
    public var kind: Int16
    public var referenceDate: CivilDate
    public var value: Int64
    /// Number of the API's KeyFigureStatus.
    public var status: Int16
    public var source: String

    public init(
        partyCode: String, kind: Int16, referenceDate: CivilDate, value: Int64, status: Int16, source: String
    ) {
        self.partyCode = partyCode
        self.kind = kind
        self.referenceDate = referenceDate
        self.value = value
        self.status = status
        self.source = source
    }

    init(_ row: inout Row) throws {
        partyCode = try row.next(String.self)
        kind = try row.next(Int16.self)
        referenceDate = try row.next(CivilDate.self)
        value = try row.next(Int64.self)
        status = try row.next(Int16.self)
        source = try row.next(String.self)
    }
}

extension Reader {
    /// The current figures of a party, newest reference date first.
    public func keyFigures(of code: String) async throws -> [KeyFigureRow] {
        let rows = try await query(
            """
            SELECT p.party_code, k.kind, k.reference_date, k.value, k.status, k.source
            FROM key_figure k JOIN party p USING (party_id)
            WHERE p.party_code = \(code) AND k.recorded_until IS NULL
            ORDER BY k.reference_date DESC, k.kind
            """)
        return try rows.map { row in try KeyFigureRow(&row) }
    }

    /// Figures of one kind on one reference date, as known when the platform's register had `size` entries.
    public func keyFigures(
        kind: Int16, on day: CivilDate, parties: [Int32], knownAt size: Int64
    ) async throws -> [KeyFigureRow] {
        let rows = try await query(
            """
            SELECT p.party_code, k.kind, k.reference_date, k.value, k.status, k.source
            FROM key_figure k JOIN party p USING (party_id)
            WHERE k.party_id = ANY(\(parties)) AND k.kind = \(kind) AND k.reference_date = \(day)
                AND k.recorded_from < \(size) AND (k.recorded_until IS NULL OR k.recorded_until >= \(size))
            ORDER BY p.party_code
            """)
        return try rows.map { row in try KeyFigureRow(&row) }
    }
}

extension Session {
    /// Records a figure at a position of the platform's register. A figure for the same day is closed, not edited.
    public func record(_ figure: KeyFigureRow, partyID: Int32, recordedFrom: Int64) async throws {
        _ = try await run([
            """
            UPDATE key_figure SET recorded_until = \(recordedFrom)
            WHERE party_id = \(partyID) AND kind = \(figure.kind) AND reference_date = \(figure.referenceDate)
                AND recorded_until IS NULL
            """,
            """
            INSERT INTO key_figure (party_id, kind, reference_date, value, status, source, recorded_from)
            VALUES (\(partyID), \(figure.kind), \(figure.referenceDate), \(figure.value), \(figure.status),
                \(figure.source), \(recordedFrom))
            """,
        ])
    }
}
