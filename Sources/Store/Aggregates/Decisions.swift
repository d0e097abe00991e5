internal import Domain
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
    /// Number of the API's VotingRule.
    public var rule: Int16
    /// The typed change, canonically serialised.
    public var change: [UInt8]
    /// Number of the API's DecisionState.
    public var state: Int16
    public var votes: [VoteRow]

    init(_ row: inout Row) throws {
        code = try row.next(String.self)
        rule = try row.next(Int16.self)
        change = try row.next([UInt8].self)
        state = try row.next(Int16.self)
        let codes = try row.next([String].self)
        let weights = try row.next([Int32].self)
        let ballots = try row.next([Int32].self)
        votes = codes.indices.map { VoteRow(partyCode: codes[$0], weight: weights[$0], ballot: Int16(ballots[$0])) }
    }

    fileprivate static let selection: SQL = """
        SELECT d.decision_code, d.rule, d.change, d.state, array_agg(p.party_code ORDER BY p.party_code),
            array_agg(e.vote_weight ORDER BY p.party_code),
            array_agg(coalesce(v.ballot, 0)::int ORDER BY p.party_code)
        FROM decision d
        JOIN decision_elector e USING (consortium_id, decision_code)
        JOIN party p ON p.party_id = e.party_id
        LEFT JOIN vote v ON v.consortium_id = d.consortium_id AND v.decision_code = d.decision_code
            AND v.party_id = e.party_id AND \(Versions.current)
        """
}

extension VersionedTable {
    /// A changed vote closes the one before it; both stay.
    static let vote = VersionedTable("vote", columns: "consortium_id, decision_code, party_id, ballot")
}

extension Reader {
    /// One decision.
    public func decision(_ code: String, in consortium: Int32, name: String) async throws -> DecisionRow {
        let rows = try await query(
            """
            \(DecisionRow.selection) WHERE d.consortium_id = \(consortium) AND d.decision_code = \(code)
            GROUP BY d.consortium_id, d.decision_code
            """)
        return try rows.one("decision", name) { row in try DecisionRow(&row) }
    }

    /// The decisions of a consortium in the order they were opened.
    public func decisions(in consortium: Int32) async throws -> [DecisionRow] {
        let rows = try await query(
            """
            \(DecisionRow.selection) WHERE d.consortium_id = \(consortium)
            GROUP BY d.consortium_id, d.decision_code ORDER BY d.recorded_from
            """)
        return try rows.map { row in try DecisionRow(&row) }
    }
}

extension Session {
    /// Opens a ballot and freezes the consortium's members and their weights as its electorate.
    public func openDecision(
        _ code: String, in consortium: Int32, rule: Int16, change: [UInt8], state: Int16, recordedFrom: Int64
    ) async throws {
        _ = try await run([
            """
            INSERT INTO decision (consortium_id, decision_code, rule, change, state, recorded_from)
            VALUES (\(consortium), \(code), \(rule), \(change), \(state), \(recordedFrom))
            """,
            """
            INSERT INTO decision_elector (consortium_id, decision_code, party_id, vote_weight)
            SELECT consortium_id, \(code), party_id, vote_weight FROM membership WHERE consortium_id = \(consortium)
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

    /// Ends a ballot.
    public func closeDecision(_ code: String, in consortium: Int32, state: Int16, at position: Int64) async throws {
        _ = try await query(
            """
            UPDATE decision SET state = \(state), closed_at = \(position)
            WHERE consortium_id = \(consortium) AND decision_code = \(code) AND closed_at IS NULL
            """)
    }
}
