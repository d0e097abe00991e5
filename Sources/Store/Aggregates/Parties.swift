public import Domain
internal import Postgres

/// A row of `party`.
public struct PartyRow: Sendable, Equatable {
    public var code: String
    /// Number of the API's PartyKind.
    public var kind: Int16
    public var displayName: String
    public var ags: String?
    public var ars: String?

    public init(code: String, kind: Int16, displayName: String, ags: String?, ars: String?) {
        self.code = code
        self.kind = kind
        self.displayName = displayName
        self.ags = ags
        self.ars = ars
    }

    init(_ row: inout Row) throws {
        code = try row.next(String.self)
        kind = try row.next(Int16.self)
        displayName = try row.next(String.self)
        ags = try row.next(String?.self)
        ars = try row.next(String?.self)
    }

    /// The surrogate of a party as an expression that is worked out once.
    static func id(of code: String) -> SQL { "(SELECT party_id FROM party WHERE party_code = \(code))" }
}

extension PartyRow {
    /// Parties `p` with their names on a day, as known when the platform's register had `size` entries.
    fileprivate static func selection(on day: CivilDate, knownAt size: Int64) -> SQL {
        """
        SELECT p.party_code, p.kind, coalesce(v.display_name, p.display_name), p.ags, p.ars FROM party p
        LEFT JOIN party_name v
            ON v.party_id = p.party_id AND \(Versions.known(at: size)) AND \(Versions.holding(on: day))
        """
    }
}

/// A name of a party and the days on which it bears it.
public struct PartyNameRow: Sendable, Equatable {
    public var displayName: String
    public var valid: DateRange

    public init(displayName: String, valid: DateRange) {
        self.displayName = displayName
        self.valid = valid
    }
}

extension VersionedTable {
    /// The names of a party after its first one.
    static let partyName = VersionedTable("party_name", columns: "party_id, display_name")
}

extension Reader {
    /// The names of a party after its first one, newest first, as known when the platform's register had `size`
    /// entries.
    public func laterPartyNames(of code: String, knownAt size: Int64) async throws -> [PartyNameRow] {
        let rows = try await query(
            """
            SELECT v.display_name, \(Versions.days) FROM party_name v JOIN party p USING (party_id)
            WHERE p.party_code = \(code) AND \(Versions.known(at: size)) ORDER BY v.valid_from DESC
            """)
        return try rows.map { row in
            PartyNameRow(displayName: try row.next(String.self), valid: try DateRange(&row))
        }
    }

    /// The name that a party was registered with.
    public func firstPartyName(of code: String) async throws -> String {
        let rows = try await query("SELECT display_name FROM party WHERE party_code = \(code)")
        return try rows.one("party", "parties/\(code)") { row in try row.next(String.self) }
    }

    /// One party, with its name on a day, as known when the platform's register had `size` entries.
    public func party(_ code: String, on day: CivilDate, knownAt size: Int64 = .max) async throws -> PartyRow {
        let rows = try await query(
            """
            \(PartyRow.selection(on: day, knownAt: size)) WHERE p.party_code = \(code) AND p.recorded_from < \(size)
            """)
        return try rows.one("party", "parties/\(code)") { row in try PartyRow(&row) }
    }

    /// At most `limit` parties with codes after `code`, in byte order, with their names on a day, as known when the
    /// platform's register had `size` entries.
    public func parties(
        after code: String, on day: CivilDate, knownAt size: Int64, limit: Int
    ) async throws -> [PartyRow] {
        let rows = try await query(
            """
            \(PartyRow.selection(on: day, knownAt: size)) WHERE p.party_code > \(code) AND p.recorded_from < \(size)
            ORDER BY p.party_code LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try PartyRow(&row) }
    }

    /// Surrogates of parties by code; codes that do not exist are left out.
    public func partyIDs(_ codes: [String]) async throws -> [String: Int32] {
        let rows = try await query("SELECT party_code, party_id FROM party WHERE party_code = ANY(\(codes))")
        let pairs = try rows.map { row in (try row.next(String.self), try row.next(Int32.self)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Names of parties on a day by code, as known when the platform's register had `size` entries.
    public func partyNames(
        _ codes: [String], on day: CivilDate, knownAt size: Int64
    ) async throws -> [String: String] {
        let rows = try await query(
            """
            SELECT p.party_code, coalesce(v.display_name, p.display_name) FROM party p
            LEFT JOIN party_name v
                ON v.party_id = p.party_id AND \(Versions.known(at: size)) AND \(Versions.holding(on: day))
            WHERE p.party_code = ANY(\(codes))
            """)
        let pairs = try rows.map { row in (try row.next(String.self), try row.next(String.self)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Parties with one of the codes, in ascending order of their codes.
    public func parties(_ codes: [String]) async throws -> [PartyRow] {
        try await parties(where: "party_code = ANY(\(codes))")
    }

    /// Parties that bear one of the names or one of the numbers ARS and AGS, in ascending order of their codes.
    public func parties(named names: [String], orNumbered numbers: [String]) async throws -> [PartyRow] {
        try await parties(
            where: "display_name = ANY(\(names)) OR ars = ANY(\(numbers)) OR ags = ANY(\(numbers))")
    }

    private func parties(where condition: SQL) async throws -> [PartyRow] {
        let rows = try await query(
            """
            SELECT party_code, kind, display_name, ags, ars FROM party WHERE \(condition) ORDER BY party_code
            """)
        return try rows.map { row in try PartyRow(&row) }
    }

    /// The surrogate of one party.
    public func partyID(_ code: String, field: String) async throws -> Int32 {
        guard let id = try await partyIDs([code])[code] else {
            throw Failure.invalid(field, "names party \(code), which is not registered", reason: .unknownParty)
        }
        return id
    }
}

extension Session {
    /// Adds a party. `recordedFrom` is a position in the platform's register.
    public func insert(_ party: PartyRow, recordedFrom: Int64) async throws {
        _ = try await query(
            """
            INSERT INTO party (party_code, kind, display_name, ags, ars, recorded_from)
            VALUES (\(party.code), \(party.kind), \(party.displayName), \(nullable: party.ags),
                \(nullable: party.ars), \(recordedFrom))
            """)
    }

    /// Gives a party a name from a day on, in place of those known for later days.
    public func rename(_ partyID: Int32, to name: String, from day: CivilDate, at position: Int64) async throws {
        let days = DateRange(from: day)
        _ = try await run([
            VersionedTable.partyName.clear(days, where: "v.party_id = \(partyID)", at: position),
            VersionedTable.partyName.insert("\(partyID), \(name)", on: days, at: position),
        ])
    }
}
