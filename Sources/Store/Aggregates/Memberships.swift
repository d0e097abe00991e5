public import Domain
internal import Postgres

/// A row of `membership`.
public struct MemberRow: Sendable, Equatable {
    public var partyCode: String
    /// Which membership of the party it is, from 1.
    public var number: Int32 = 1
    /// Number of the API's MembershipState.
    public var state: Int16
    public var voteWeight: Int32
    /// Unset while it is applied for.
    public var validFrom: CivilDate?
    public var validUntil: CivilDate?
    public var noticeDate: CivilDate?
    public var isForCause = false
    /// In minor units of the consortium's currency.
    public var buyIn: Int64?
    /// Of the document the last change of state rests on; 32 bytes or empty.
    public var documentDigest: [UInt8] = []
    /// Resource name of the interest in a listing that led to it; empty for none.
    public var interest = ""
    /// Surrogate of the party; 0 for a row that was not read.
    public var partyID: Int32 = 0

    public init(partyCode: String, state: Int16, voteWeight: Int32) {
        self.partyCode = partyCode
        self.state = state
        self.voteWeight = voteWeight
    }

    init(_ row: inout Row) throws {
        partyID = try row.next(Int32.self)
        partyCode = try row.next(String.self)
        number = try row.next(Int32.self)
        state = try row.next(Int16.self)
        voteWeight = try row.next(Int32.self)
        validFrom = try row.next(CivilDate?.self)
        validUntil = try row.next(CivilDate?.self)
        noticeDate = try row.next(CivilDate?.self)
        isForCause = try row.next(Bool.self)
        buyIn = try row.next(Int64?.self)
        documentDigest = try row.next([UInt8].self)
        interest = try row.next(String.self)
    }

    /// Rows with the consortium's surrogate first, in the order of the codes and numbers.
    static func selection(where condition: SQL) -> SQL {
        """
        SELECT v.consortium_id, v.party_id, p.party_code, v.membership_number, v.state, v.vote_weight,
            v.valid_from, v.valid_until, v.notice_date, v.for_cause, v.buy_in_minor, v.document_sha256,
            v.interest
        FROM membership v JOIN party p USING (party_id)
        WHERE \(condition) ORDER BY p.party_code, v.membership_number
        """
    }

    static func withConsortium(_ row: inout Row) throws -> (consortium: Int32, member: MemberRow) {
        (try row.next(Int32.self), try MemberRow(&row))
    }

    func values(consortium: Int32, party: Int32) -> SQL {
        """
        \(consortium), \(party), \(number), \(state), \(voteWeight), \(nullable: validFrom),
        \(nullable: validUntil), \(nullable: noticeDate), \(isForCause), \(nullable: buyIn), \(documentDigest),
        \(interest)
        """
    }
}

extension VersionedTable {
    /// It has days but is replaced as a whole: a membership is one row at a time.
    static let membership = VersionedTable(
        "membership",
        columns: """
            consortium_id, party_id, membership_number, state, vote_weight, valid_from, valid_until, notice_date,
            for_cause, buy_in_minor, document_sha256, interest
            """)
}

extension Reader {
    /// All memberships of a consortium, former ones included, as known when its register had `size` entries; only those
    /// that last on a day, if one is given; in ascending order of the parties' codes and of their numbers, behind the
    /// pair that is given.
    public func memberships(
        in consortium: Int32, on day: CivilDate? = nil, knownAt size: Int64,
        after last: (party: String, number: Int32) = ("", 0), limit: Int = .max
    ) async throws -> [MemberRow] {
        var condition: SQL = "v.consortium_id = \(consortium) AND \(Versions.known(at: size))"
        if let day { condition = "\(condition) AND \(Versions.holding(on: day))" }
        condition = "\(condition) AND (p.party_code, v.membership_number) > (\(last.party), \(last.number))"
        let rows = try await query("\(MemberRow.selection(where: condition)) LIMIT \(limit)")
        return try rows.map(MemberRow.withConsortium).map(\.member)
    }

    /// The newest membership of a party, as known when the register had `size` entries.
    public func membership(
        of party: String, in consortium: Int32, knownAt size: Int64 = .max, name: String
    ) async throws -> MemberRow {
        let rows = try await query(
            MemberRow.selection(
                where: """
                    v.consortium_id = \(consortium) AND p.party_code = \(party) AND \(Versions.known(at: size))
                    """))
        guard let newest = try rows.map(MemberRow.withConsortium).last?.member else {
            throw Failure.unknown("membership", name)
        }
        return newest
    }

    /// Memberships that end on a day or ended before it, and are not marked so yet.
    public func membershipsEnding(by day: CivilDate, in consortium: Int32) async throws -> [MemberRow] {
        let rows = try await query(
            MemberRow.selection(
                where: """
                    v.consortium_id = \(consortium) AND v.state IN (2, 3) AND v.valid_until <= \(day)
                        AND \(Versions.current)
                    """))
        return try rows.map(MemberRow.withConsortium).map(\.member)
    }

    /// Surrogates by code of every party that is or was a member of a consortium, or has applied.
    public func memberIDs(of consortium: Int32) async throws -> [String: Int32] {
        let rows = try await query(
            """
            SELECT DISTINCT p.party_code, p.party_id FROM membership m JOIN party p USING (party_id)
            WHERE m.consortium_id = \(consortium)
            """)
        let pairs = try rows.map { row in (try row.next(String.self), try row.next(Int32.self)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Codes of the parties that belonged to a consortium on any of the days, as known when its register had `size`
    /// entries; in ascending order.
    public func memberCodes(
        of consortium: Int32, from: CivilDate, until: CivilDate, knownAt size: Int64 = .max
    ) async throws -> [String] {
        let rows = try await query(
            """
            SELECT DISTINCT p.party_code FROM membership v JOIN party p USING (party_id)
            WHERE v.consortium_id = \(consortium) AND v.valid_from < \(until)
                AND (v.valid_until IS NULL OR v.valid_until > \(from)) AND \(Versions.known(at: size))
            ORDER BY p.party_code
            """)
        return try rows.map { row in try row.next(String.self) }
    }

    /// The number of a consortium that takes applications from outside; nil for any other.
    public func openConsortium(_ code: String) async throws -> Int32? {
        try await query("SELECT open_consortium(\(code))").decode(Int32?.self, row: 0, column: 0)
    }

    /// The consortia in which something ends by itself before a day begins.
    public func consortiaDue(on day: CivilDate) async throws -> [(id: Int32, code: String)] {
        let rows = try await query("SELECT consortium_id, consortium_code FROM consortia_due(\(day))")
        return try rows.map { row in (try row.next(Int32.self), try row.next(String.self)) }
    }
}

extension Session {
    /// Records a membership, or its next state in place of the one before. Who may see the consortium may change.
    public func record(_ member: MemberRow, in consortium: Int32, at position: Int64) async throws {
        try await record([member], in: consortium, at: position)
    }

    /// Records memberships, all in one entry.
    public func record(_ members: [MemberRow], in consortium: Int32, at position: Int64) async throws {
        changedPrincipals = true
        var statements: [SQL] = []
        for member in members {
            statements += VersionedTable.membership.replace(
                where: Self.key(member, consortium),
                with: member.values(consortium: consortium, party: member.partyID), at: position)
        }
        _ = try await run(statements + [Store.forgetPrincipals])
    }

    /// Closes an application that leads nowhere.
    public func closeApplication(_ member: MemberRow, in consortium: Int32, at position: Int64) async throws {
        _ = try await query(VersionedTable.membership.close(where: Self.key(member, consortium), at: position))
    }

    /// Widens this transaction's scope to a consortium that takes applications from outside.
    public func enter(_ code: String, _ id: Int32) async throws {
        try await join(code, id)
    }

    private static func key(_ member: MemberRow, _ consortium: Int32) -> SQL {
        """
        v.consortium_id = \(consortium) AND v.party_id = \(member.partyID)
            AND v.membership_number = \(member.number)
        """
    }
}
