public import Domain
internal import Postgres

/// A row of `adoption`.
public struct AdoptionRow: Sendable, Equatable {
    public var partyCode: String
    /// Number of the API's AdoptionState.
    public var state: Int16
    /// Of the release that is run; empty unless one is.
    public var version: String
    public var days: DateRange
    /// Position of the entry that set it.
    public var position: Int64

    public init(partyCode: String, state: Int16, version: String, days: DateRange, position: Int64) {
        self.partyCode = partyCode
        self.state = state
        self.version = version
        self.days = days
        self.position = position
    }

    init(_ row: inout Row) throws {
        partyCode = try row.next(String.self)
        state = try row.next(Int16.self)
        version = try row.next(String.self)
        days = try DateRange(&row)
        position = try row.next(Int64.self)
    }

    fileprivate static let selection: SQL = """
        SELECT p.party_code, v.state, v.version, \(Versions.days), v.recorded_from
        FROM adoption v JOIN party p USING (party_id)
        """
}

extension VersionedTable {
    static let adoption = VersionedTable(
        "adoption", columns: "consortium_id, application_id, party_id, state, version")
}

extension Reader {
    /// Who runs an application, as known when the register had `size` entries: on a day, or on every day; in ascending
    /// order of the parties' codes and of days, behind the pair that is given.
    public func adoptions(
        of application: Int32, in consortium: Int32, on day: CivilDate?, knownAt size: Int64,
        after last: (party: String, start: CivilDate)? = nil, limit: Int = .max
    ) async throws -> [AdoptionRow] {
        var statement: SQL = """
            \(AdoptionRow.selection) WHERE v.consortium_id = \(consortium) AND v.application_id = \(application)
                AND \(Versions.known(at: size))
            """
        if let day { statement = "\(statement) AND \(Versions.holding(on: day))" }
        if let last { statement = "\(statement) AND (p.party_code, v.valid_from) > (\(last.party), \(last.start))" }
        let rows = try await query("\(statement) ORDER BY p.party_code, v.valid_from LIMIT \(limit)")
        return try rows.map { row in try AdoptionRow(&row) }
    }

    /// A party's latest adoption of an application, by its days; nil when there is none.
    public func latestAdoption(
        by party: Int32, of application: Int32, in consortium: Int32
    ) async throws -> AdoptionRow? {
        let rows = try await query(
            """
            \(AdoptionRow.selection) WHERE v.consortium_id = \(consortium) AND v.application_id = \(application)
                AND v.party_id = \(party) AND \(Versions.current) ORDER BY v.valid_from DESC LIMIT 1
            """)
        return try rows.map { row in try AdoptionRow(&row) }.first
    }
}

extension Session {
    /// Records what holds of a party from a day on.
    public func record(
        _ adoption: AdoptionRow, by party: Int32, of application: Int32, in consortium: Int32
    ) async throws {
        _ = try await run([
            VersionedTable.adoption.clear(
                adoption.days,
                where: """
                    v.consortium_id = \(consortium) AND v.application_id = \(application) AND v.party_id = \(party)
                    """, at: adoption.position),
            VersionedTable.adoption.insert(
                "\(consortium), \(application), \(party), \(adoption.state), \(adoption.version)",
                on: adoption.days, at: adoption.position),
        ])
    }
}
