public import Domain
internal import Postgres

/// One party entitled to vote, with what it said.
public struct VoteRow: Sendable, Equatable {
    public var partyCode: String
    public var weight: Int32
    /// Number of the API's Ballot; 0 while the party has not voted.
    public var ballot: Int16
}

/// A row of `decision` with its electorate and votes.
public struct DecisionRow: Sendable, Equatable {
    public var code: String
    /// The majority it needs, canonically serialised.
    public var rule: [UInt8]
    /// The typed change, canonically serialised.
    public var change: [UInt8]
    /// Code of the party that opened it.
    public var proposer: String
    /// Last day on which votes are taken, in UTC.
    public var lastVotingDay: CivilDate
    /// Number of the API's DecisionState.
    public var state: Int16
    /// Why it was withdrawn; mostly empty.
    public var note: String
    public var votes: [VoteRow]
    /// Position of the entry that opened it; 0 before.
    public var openedAt: Int64 = 0

    /// A ballot that is to be opened.
    public init(
        code: String, rule: [UInt8], change: [UInt8], proposer: String, lastVotingDay: CivilDate, state: Int16,
        electors: [MemberRow]
    ) {
        self.code = code
        self.rule = rule
        self.change = change
        self.proposer = proposer
        self.lastVotingDay = lastVotingDay
        self.state = state
        note = ""
        votes = electors.map { VoteRow(partyCode: $0.partyCode, weight: $0.voteWeight, ballot: 0) }
    }

    init(_ row: inout Row) throws {
        code = try row.next(String.self)
        rule = try row.next([UInt8].self)
        change = try row.next([UInt8].self)
        proposer = try row.next(String.self)
        lastVotingDay = try row.next(CivilDate.self)
        state = try row.next(Int16.self)
        note = try row.next(String.self)
        let codes = try row.next([String].self)
        let weights = try row.next([Int32].self)
        let ballots = try row.next([Int32].self)
        votes = codes.indices.map { VoteRow(partyCode: codes[$0], weight: weights[$0], ballot: Int16(ballots[$0])) }
        openedAt = try row.next(Int64.self)
    }

    /// Decisions as known at a size of the register: open until their end is known, with the votes cast by then.
    fileprivate static func selection(knownAt size: Int64) -> SQL {
        """
        SELECT d.decision_code, d.rule, d.change, o.party_code, d.last_voting_day,
            CASE WHEN d.closed_at < \(size) THEN d.state ELSE 1::smallint END,
            CASE WHEN d.closed_at < \(size) THEN d.note ELSE '' END,
            ballots.codes, ballots.weights, ballots.votes, d.recorded_from
        FROM decision d
        JOIN party o ON o.party_id = d.proposer_party_id
        CROSS JOIN LATERAL (
            SELECT array_agg(p.party_code ORDER BY p.party_code) AS codes,
                array_agg(e.vote_weight ORDER BY p.party_code) AS weights,
                array_agg(coalesce(
                    (SELECT v.ballot FROM vote v
                    WHERE v.consortium_id = e.consortium_id AND v.decision_code = e.decision_code
                        AND v.party_id = e.party_id AND \(Versions.known(at: size))), 0)::int
                    ORDER BY p.party_code) AS votes
            FROM decision_elector e JOIN party p USING (party_id)
            WHERE e.consortium_id = d.consortium_id AND e.decision_code = d.decision_code) ballots
        """
    }
}

extension VersionedTable {
    /// A changed vote closes the one before it; both stay.
    static let vote = VersionedTable("vote", columns: "consortium_id, decision_code, party_id, ballot")
}

extension Reader {
    /// One decision, as known when the register had `size` entries.
    public func decision(
        _ code: String, in consortium: Int32, knownAt size: Int64 = .max, name: String
    ) async throws -> DecisionRow {
        let rows = try await query(
            """
            \(DecisionRow.selection(knownAt: size)) WHERE d.consortium_id = \(consortium)
                AND d.decision_code = \(code) AND d.recorded_from < \(size)
            """)
        return try rows.one("decision", name) { row in try DecisionRow(&row) }
    }

    /// The decisions of a consortium in the order they were opened, as known when its register had `size` entries:
    /// those opened after a position.
    public func decisions(
        in consortium: Int32, knownAt size: Int64 = .max, after last: Int64 = -1, limit: Int = .max
    ) async throws -> [DecisionRow] {
        let rows = try await query(
            """
            \(DecisionRow.selection(knownAt: size)) WHERE d.consortium_id = \(consortium)
                AND d.recorded_from > \(last) AND d.recorded_from < \(size)
            ORDER BY d.recorded_from LIMIT \(limit)
            """)
        return try rows.map { row in try DecisionRow(&row) }
    }

    /// Codes of the ballots whose last day lies before a day and that are not closed yet.
    public func decisionsPast(_ day: CivilDate, in consortium: Int32) async throws -> [String] {
        let rows = try await query(
            """
            SELECT decision_code FROM decision
            WHERE consortium_id = \(consortium) AND closed_at IS NULL AND last_voting_day < \(day)
            ORDER BY recorded_from
            """)
        return try rows.map { row in try row.next(String.self) }
    }
}

extension Session {
    /// Opens a ballot and freezes its electorate with the weights.
    public func open(_ decision: DecisionRow, in consortium: Int32, at position: Int64) async throws {
        let weights = Dictionary(uniqueKeysWithValues: decision.votes.map { ($0.partyCode, $0.weight) })
        let electors = weights.keys.sorted()
        _ = try await run([
            """
            INSERT INTO decision
                (consortium_id, decision_code, rule, change, proposer_party_id, last_voting_day, state, recorded_from)
            VALUES (\(consortium), \(decision.code), \(decision.rule), \(decision.change), \(principal.partyID),
                \(decision.lastVotingDay), \(decision.state), \(position))
            """,
            """
            INSERT INTO decision_elector (consortium_id, decision_code, party_id, vote_weight)
            SELECT \(consortium), \(decision.code), p.party_id, e.weight
            FROM unnest(\(electors), \(electors.map { weights[$0] ?? 0 })) e (code, weight)
            JOIN party p ON p.party_code = e.code
            """,
        ])
    }

    /// Casts or replaces the vote of the caller's party.
    public func castVote(_ ballot: Int16, on code: String, in consortium: Int32, at position: Int64) async throws {
        let party = principal.partyID
        _ = try await run(
            VersionedTable.vote.replace(
                where: "v.consortium_id = \(consortium) AND v.decision_code = \(code) AND v.party_id = \(party)",
                with: "\(consortium), \(code), \(party), \(ballot)", at: position))
    }

    /// Ends a ballot in the state and with the note of the row.
    public func close(_ decision: DecisionRow, in consortium: Int32, at position: Int64) async throws {
        _ = try await query(
            """
            UPDATE decision SET state = \(decision.state), closed_at = \(position), note = \(decision.note)
            WHERE consortium_id = \(consortium) AND decision_code = \(decision.code) AND closed_at IS NULL
            """)
    }
}
