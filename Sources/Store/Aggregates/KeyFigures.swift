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
    public var publishedOn: CivilDate?

    public init(
        partyCode: String, kind: Int16, referenceDate: CivilDate, value: Int64, status: Int16, source: String,
        publishedOn: CivilDate? = nil
    ) {
        self.partyCode = partyCode
        self.kind = kind
        self.referenceDate = referenceDate
        self.value = value
        self.status = status
        self.source = source
        self.publishedOn = publishedOn
    }

    init(_ row: inout Row) throws {
        partyCode = try row.next(String.self)
        kind = try row.next(Int16.self)
        referenceDate = try row.next(CivilDate.self)
        value = try row.next(Int64.self)
        status = try row.next(Int16.self)
        source = try row.next(String.self)
        publishedOn = try row.next(CivilDate?.self)
    }
}

extension VersionedTable {
    /// One figure for each party, kind and reference date, as known over the platform's register.
    static let keyFigure = VersionedTable(
        "key_figure", columns: "party_id, kind, reference_date, value, status, source, published_on")
}

extension KeyFigureRow {
    fileprivate static let columns: SQL = """
        p.party_code, v.kind, v.reference_date, v.value, v.status, v.source, v.published_on
        """
}

extension Reader {
    /// The figures of a party as known when the platform's register had `size` entries, newest reference date first;
    /// those that follow a date and a kind.
    public func keyFigures(
        of code: String, knownAt size: Int64, after last: (date: CivilDate, kind: Int16)? = nil, limit: Int = .max
    ) async throws -> [KeyFigureRow] {
        let behind: SQL =
            last.map { "(v.reference_date < \($0.date) OR v.reference_date = \($0.date) AND v.kind > \($0.kind))" }
            ?? "true"
        let rows = try await query(
            """
            SELECT \(KeyFigureRow.columns) FROM key_figure v JOIN party p USING (party_id)
            WHERE p.party_code = \(code) AND \(Versions.known(at: size)) AND \(behind)
            ORDER BY v.reference_date DESC, v.kind LIMIT \(limit)
            """)
        return try rows.map { row in try KeyFigureRow(&row) }
    }

    /// Figures of one kind on one reference date, as known when the platform's register had `size` entries.
    public func keyFigures(
        kind: Int16, on day: CivilDate, parties: [Int32], knownAt size: Int64
    ) async throws -> [KeyFigureRow] {
        let rows = try await query(
            """
            SELECT \(KeyFigureRow.columns) FROM key_figure v JOIN party p USING (party_id)
            WHERE v.party_id = ANY(\(parties)) AND v.kind = \(kind) AND v.reference_date = \(day)
                AND \(Versions.known(at: size))
            ORDER BY p.party_code
            """)
        return try rows.map { row in try KeyFigureRow(&row) }
    }

    /// Everything that was ever known of a party's figure for one day, as it became known.
    public func keyFigureHistory(
        of code: String, kind: Int16, on day: CivilDate
    ) async throws -> [Version<KeyFigureRow>] {
        let rows = try await query(
            """
            SELECT \(KeyFigureRow.columns), \(Versions.positions) FROM key_figure v JOIN party p USING (party_id)
            WHERE p.party_code = \(code) AND v.kind = \(kind) AND v.reference_date = \(day)
            ORDER BY \(Versions.order)
            """)
        return try rows.map { row in
            Version(value: try KeyFigureRow(&row), recorded: try RecordedRange(&row))
        }
    }
}

extension Session {
    /// Records a figure at a position of the platform's register. A figure for the same day is closed, not edited.
    public func record(_ figure: KeyFigureRow, partyID: Int32, recordedFrom: Int64) async throws {
        _ = try await run(
            VersionedTable.keyFigure.replace(
                where: """
                    v.party_id = \(partyID) AND v.kind = \(figure.kind) AND v.reference_date = \(figure.referenceDate)
                    """,
                with: """
                    \(partyID), \(figure.kind), \(figure.referenceDate), \(figure.value), \(figure.status),
                    \(figure.source), \(nullable: figure.publishedOn)
                    """,
                at: recordedFrom))
    }
}
