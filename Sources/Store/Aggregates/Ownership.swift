public import Domain
internal import Postgres

/// Who owns an application in a range of days, as recorded at a position.
public struct OwnershipRow: Sendable, Equatable {
    public var shares: [(party: String, share: Fraction)]
    public var validFrom: CivilDate
    public var validUntil: CivilDate?
    public var recordedFrom: Int64

    public static func == (left: OwnershipRow, right: OwnershipRow) -> Bool {
        left.shares.elementsEqual(right.shares) { $0.party == $1.party && $0.share == $1.share }
            && left.validFrom == right.validFrom && left.validUntil == right.validUntil
            && left.recordedFrom == right.recordedFrom
    }
}

/// One party's share in a range of days.
public struct OwnershipShareRow: Sendable, Equatable {
    public var partyCode: String
    public var share: Fraction
    public var valid: DateRange

    init(_ row: inout Row) throws {
        partyCode = try row.next(String.self)
        share = try Fraction(row.next(Int64.self), row.next(Int64.self), field: "share")
        valid = try DateRange(&row)
    }

    fileprivate static let columns: SQL = "p.party_code, v.numerator, v.denominator, \(Versions.days)"
}

extension VersionedTable {
    static let ownershipShare = VersionedTable(
        "ownership_share", columns: "consortium_id, application_id, party_id, numerator, denominator")
}

extension Reader {
    /// The distribution on `day`, as known when the consortium's register had `size` entries; nil when there is none.
    public func ownership(
        of application: Int32, in consortium: Int32, on day: CivilDate, knownAt size: Int64
    ) async throws -> OwnershipRow? {
        let all = shares(of: application, in: consortium)
        let versions = try await ownershipShares(
            "\(all) AND \(Versions.holding(on: day)) AND \(Versions.known(at: size))")
        guard let first = versions.first else { return nil }
        return OwnershipRow(
            shares: versions.map { ($0.value.partyCode, $0.value.share) }, validFrom: first.value.valid.start,
            validUntil: first.value.valid.end, recordedFrom: first.recorded.from)
    }

    /// Every share that was ever known, as it became known.
    public func ownershipHistory(
        of application: Int32, in consortium: Int32
    ) async throws -> [Version<OwnershipShareRow>] {
        try await ownershipShares(shares(of: application, in: consortium))
    }

    /// The shares that are known at one of two sizes of the register and not at the other.
    public func ownershipChanges(
        of application: Int32, in consortium: Int32, from size: Int64, to later: Int64
    ) async throws -> [Version<OwnershipShareRow>] {
        try await ownershipShares(
            "\(shares(of: application, in: consortium)) AND \(Versions.changed(from: size, to: later))")
    }

    private func shares(of application: Int32, in consortium: Int32) -> SQL {
        "v.consortium_id = \(consortium) AND v.application_id = \(application)"
    }

    private func ownershipShares(_ condition: SQL) async throws -> [Version<OwnershipShareRow>] {
        let rows = try await query(
            """
            SELECT \(OwnershipShareRow.columns), \(Versions.positions)
            FROM ownership_share v JOIN party p USING (party_id)
            WHERE \(condition) ORDER BY \(Versions.order), v.valid_from, p.party_code
            """)
        return try rows.map { row in
            Version(value: try OwnershipShareRow(&row), recorded: try RecordedRange(&row))
        }
    }
}

extension Reader {
    /// Codes of the applications of which a party owns a share on a day, as it is known now.
    public func applicationsOwned(
        by party: Int32, in consortium: Int32, on day: CivilDate
    ) async throws -> [String] {
        let rows = try await query(
            """
            SELECT a.application_code FROM ownership_share v JOIN application a USING (consortium_id, application_id)
            WHERE v.consortium_id = \(consortium) AND v.party_id = \(party) AND \(Versions.holding(on: day))
                AND \(Versions.current)
            ORDER BY a.application_code
            """)
        return try rows.map { row in try row.next(String.self) }
    }
}

extension Session {
    /// Sets the distribution from a day on. Rows that reach into that time are closed and, where they began earlier,
    /// recorded anew up to that day.
    public func setOwnership(
        of application: Int32, in consortium: Int32, shares: [(party: Int32, share: Fraction)], from day: CivilDate,
        at position: Int64
    ) async throws {
        let table = VersionedTable.ownershipShare
        let days = DateRange(from: day)
        let all: SQL = "v.consortium_id = \(consortium) AND v.application_id = \(application)"
        let cleared = table.clear(days, where: all, at: position)
        let inserted = shares.map { party, share in
            let row: SQL = "\(consortium), \(application), \(party), \(share.numerator), \(share.denominator)"
            return table.insert(row, on: days, at: position)
        }
        _ = try await run([cleared] + inserted)
    }
}
