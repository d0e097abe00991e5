internal import Domain
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
}

extension Reader {
    /// One party.
    public func party(_ code: String) async throws -> PartyRow {
        let rows = try await query(
            "SELECT party_code, kind, display_name, ags, ars FROM party WHERE party_code = \(code)")
        return try rows.one("party", "parties/\(code)") { row in try PartyRow(&row) }
    }

    /// At most `limit` parties with codes after `code`, in byte order.
    public func parties(after code: String, limit: Int) async throws -> [PartyRow] {
        let rows = try await query(
            """
            SELECT party_code, kind, display_name, ags, ars FROM party WHERE party_code > \(code)
            ORDER BY party_code LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try PartyRow(&row) }
    }

    /// Surrogates of parties by code; codes that do not exist are left out.
    public func partyIDs(_ codes: [String]) async throws -> [String: Int32] {
        let rows = try await query("SELECT party_code, party_id FROM party WHERE party_code = ANY(\(codes))")
        let pairs = try rows.map { row in (try row.next(String.self), try row.next(Int32.self)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Names of parties by code.
    public func partyNames(_ codes: [String]) async throws -> [String: String] {
        let rows = try await query("SELECT party_code, display_name FROM party WHERE party_code = ANY(\(codes))")
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
}
