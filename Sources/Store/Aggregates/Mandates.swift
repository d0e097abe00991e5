public import Domain
internal import Postgres

/// A row of `mandate`.
public struct MandateRow: Sendable, Equatable {
    /// The party that grants it.
    public var partyCode: String
    public var code: String
    /// The party that may act.
    public var holderCode: String
    public var purposes: [HeldMandate.Purpose]
    /// Code of the only consortium it holds in; nil for all.
    public var consortiumCode: String?
    public var valid: DateRange
    public var isRevoked: Bool

    public init(
        partyCode: String, code: String, holderCode: String, purposes: [HeldMandate.Purpose], consortiumCode: String?,
        valid: DateRange, isRevoked: Bool
    ) {
        self.partyCode = partyCode
        self.code = code
        self.holderCode = holderCode
        self.purposes = purposes
        self.consortiumCode = consortiumCode
        self.valid = valid
        self.isRevoked = isRevoked
    }

    init(_ row: inout Row) throws {
        partyCode = try row.next(String.self)
        code = try row.next(String.self)
        holderCode = try row.next(String.self)
        purposes = try row.next([Int16].self).compactMap(HeldMandate.Purpose.init)
        consortiumCode = try row.next(String?.self)
        valid = try DateRange(&row)
        isRevoked = try row.next(Bool.self)
    }

    fileprivate static let selection: SQL = """
        SELECT p.party_code, v.mandate_code, h.party_code, v.purposes, v.consortium_code, \(Versions.days),
            v.revoked_from IS NOT NULL
        FROM mandate v
        JOIN party p ON p.party_id = v.party_id
        JOIN party h ON h.party_id = v.holder_party_id
        """
}

extension Reader {
    /// At most `limit` mandates behind one of a party, in ascending order of party and code: those that a party has
    /// granted or holds, or all where `code` is empty, as far as the caller may see them.
    public func mandates(
        of code: String, after place: (party: String, mandate: String), limit: Int
    ) async throws -> [MandateRow] {
        // The first bound is for the index, which no comparison of rows over two tables would use.
        var condition: SQL = """
            p.party_code >= \(place.party) AND (p.party_code > \(place.party) OR v.mandate_code > \(place.mandate))
            """
        if !code.isEmpty {
            let party = PartyRow.id(of: code)
            condition = "\(condition) AND (v.party_id = \(party) OR v.holder_party_id = \(party))"
        }
        let rows = try await query(
            """
            \(MandateRow.selection) WHERE \(condition)
            ORDER BY p.party_code, v.mandate_code LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try MandateRow(&row) }
    }

    /// One mandate.
    public func mandate(_ code: String, of party: String, name: String) async throws -> MandateRow {
        let rows = try await query(
            "\(MandateRow.selection) WHERE p.party_code = \(party) AND v.mandate_code = \(code)")
        return try rows.one("mandate", name) { row in try MandateRow(&row) }
    }
}

extension Session {
    /// Grants a mandate at a position of the platform's register.
    public func insert(_ mandate: MandateRow, party: Int32, holder: Int32, recordedFrom: Int64) async throws {
        changedPrincipals = true
        _ = try await run([
            """
            INSERT INTO mandate (party_id, mandate_code, holder_party_id, purposes, consortium_code, valid_from,
                valid_until, recorded_from)
            VALUES (\(party), \(mandate.code), \(holder), \(mandate.purposes.map(\.rawValue)),
                \(nullable: mandate.consortiumCode), \(mandate.valid.start), \(nullable: mandate.valid.end),
                \(recordedFrom))
            """,
            Store.forgetPrincipals,
        ])
    }

    /// Ends a mandate.
    public func revokeMandate(_ code: String, of party: Int32, at position: Int64) async throws {
        changedPrincipals = true
        _ = try await run([
            """
            UPDATE mandate SET revoked_from = \(position)
            WHERE party_id = \(party) AND mandate_code = \(code) AND revoked_from IS NULL
            """,
            Store.forgetPrincipals,
        ])
    }
}
