public import Domain
internal import Postgres

/// A change of municipalities as it was recorded.
public struct MunicipalChangeRow: Sendable, Equatable {
    public var change: MunicipalChange
    /// The statute, order or contract it rests on.
    public var legalBasis: String
    /// Position of its entry in the platform's register.
    public var position: Int64

    public init(change: MunicipalChange, legalBasis: String, position: Int64) {
        self.change = change
        self.legalBasis = legalBasis
        self.position = position
    }
}

extension Reader {
    /// All changes, as known when the platform's register had `size` entries, in the order in which they were recorded.
    public func municipalChanges(knownAt size: Int64) async throws -> [MunicipalChangeRow] {
        try await municipalChanges("c.recorded_from < \(size)")
    }

    /// The changes that ended one of the parties, as known when the platform's register had `size` entries.
    public func municipalChanges(ending codes: [String], knownAt size: Int64) async throws -> [MunicipalChangeRow] {
        try await municipalChanges("p.party_code = ANY(\(codes)) AND c.recorded_from < \(size)")
    }

    /// At most `limit` changes with entries after a position, as known when the platform's register had `size` entries:
    /// those in which a party ended or took the place of another, or all.
    public func municipalChanges(
        of code: String?, knownAt size: Int64, after position: Int64, limit: Int
    ) async throws -> [MunicipalChangeRow] {
        try await municipalChanges(
            """
            c.recorded_from IN (
                SELECT m.recorded_from FROM municipal_change m
                JOIN party a ON a.party_id = m.party_id JOIN party b ON b.party_id = m.successor_party_id
                WHERE m.recorded_from < \(size) AND m.recorded_from > \(position)
                    AND (\(nullable: code)::text IS NULL OR \(nullable: code) IN (a.party_code, b.party_code))
                GROUP BY m.recorded_from ORDER BY m.recorded_from LIMIT \(Int64(limit)))
            """)
    }

    private func municipalChanges(_ condition: SQL) async throws -> [MunicipalChangeRow] {
        let rows = try await query(
            """
            SELECT p.party_code, s.party_code, c.numerator, c.denominator, c.effective_date, c.legal_basis,
                c.recorded_from
            FROM municipal_change c
            JOIN party p ON p.party_id = c.party_id JOIN party s ON s.party_id = c.successor_party_id
            WHERE \(condition) ORDER BY c.recorded_from, s.party_code
            """)
        var changes: [(row: MunicipalChangePart, successors: [MunicipalChange.Successor])] = []
        for part in try rows.map({ row in try MunicipalChangePart(&row) }) {
            let successor = MunicipalChange.Successor(part.successor, part.share)
            if changes.last?.row.position == part.position {
                changes[changes.count - 1].successors.append(successor)
            } else {
                changes.append((part, [successor]))
            }
        }
        return try changes.map { row, successors in
            MunicipalChangeRow(
                change: try MunicipalChange(on: row.day, predecessor: row.predecessor, successors: successors),
                legalBasis: row.legalBasis, position: row.position)
        }
    }
}

/// A row of `municipal_change`: one successor.
private struct MunicipalChangePart {
    let predecessor: PartyCode
    let successor: PartyCode
    let share: Fraction
    let day: CivilDate
    let legalBasis: String
    let position: Int64

    init(_ row: inout Row) throws {
        predecessor = try PartyCode(row.next(String.self), field: "predecessor")
        successor = try PartyCode(row.next(String.self), field: "successor")
        share = try Fraction(row.next(Int64.self), row.next(Int64.self), field: "share")
        day = try row.next(CivilDate.self)
        legalBasis = try row.next(String.self)
        position = try row.next(Int64.self)
    }
}

extension Session {
    /// Records a change. `ids` are the surrogates of the parties that it names.
    public func insert(_ row: MunicipalChangeRow, ids: [String: Int32]) async throws {
        let change = row.change
        let successors = change.successors
        _ = try await query(
            """
            INSERT INTO municipal_change (party_id, successor_party_id, numerator, denominator, effective_date,
                legal_basis, recorded_from)
            SELECT \(ids[change.predecessor.text] ?? 0), s.party_id, s.numerator, s.denominator, \(change.day),
                \(row.legalBasis), \(row.position)
            FROM unnest(\(successors.map { ids[$0.party.text] ?? 0 }), \(successors.map(\.share.numerator)),
                \(successors.map(\.share.denominator))) AS s (party_id, numerator, denominator)
            """)
    }
}
