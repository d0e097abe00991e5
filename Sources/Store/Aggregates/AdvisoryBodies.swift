internal import Domain
internal import Postgres

/// A row of `advisory_body`.
public struct AdvisoryBodyRow: Sendable, Equatable {
    public var id: Int32
    public var code: String
    public var partyCode: String
    public var partyID: Int32
    public var displayName: String
    public var lands: [String]
    public var topics: [String]
    public var hasEnded: Bool
    public var changedAt: Int64

    public init(
        code: String, partyCode: String, displayName: String, lands: [String], topics: [String], hasEnded: Bool
    ) {
        (id, partyID, changedAt) = (0, 0, 0)
        self.code = code
        self.partyCode = partyCode
        self.displayName = displayName
        self.lands = lands
        self.topics = topics
        self.hasEnded = hasEnded
    }

    init(_ row: inout Row) throws {
        id = try row.next(Int32.self)
        code = try row.next(String.self)
        partyCode = try row.next(String.self)
        partyID = try row.next(Int32.self)
        displayName = try row.next(String.self)
        lands = try row.next([String].self)
        topics = try row.next([String].self)
        hasEnded = try row.next(Bool.self)
        changedAt = try row.next(Int64.self)
    }

    fileprivate static let selection: SQL = """
        SELECT a.body_id, a.body_code, p.party_code, a.party_id, a.display_name, a.lands, a.topics, a.has_ended,
            a.changed_at
        FROM advisory_body a JOIN party p USING (party_id)
        """
}

extension Reader {
    /// All advisory bodies, in ascending order of their ids. There are a few hundred at most.
    public func advisoryBodies() async throws -> [AdvisoryBodyRow] {
        let rows = try await query("\(AdvisoryBodyRow.selection) ORDER BY a.body_code")
        return try rows.map { row in try AdvisoryBodyRow(&row) }
    }

    /// One advisory body.
    public func advisoryBody(_ code: String) async throws -> AdvisoryBodyRow {
        let rows = try await query("\(AdvisoryBodyRow.selection) WHERE a.body_code = \(code)")
        return try rows.one("advisory body", "advisoryBodies/\(code)") { row in try AdvisoryBodyRow(&row) }
    }
}

extension Session {
    /// Adds a body.
    public func insert(_ body: AdvisoryBodyRow, partyID: Int32, at position: Int64) async throws {
        _ = try await query(
            """
            INSERT INTO advisory_body (body_code, party_id, display_name, lands, topics, has_ended, recorded_from,
                changed_at)
            VALUES (\(body.code), \(partyID), \(body.displayName), \(body.lands), \(body.topics), \(body.hasEnded),
                \(position), \(position))
            """)
    }

    /// Changes everything of a body but its code and its party.
    public func update(_ body: AdvisoryBodyRow, at position: Int64) async throws {
        _ = try await query(
            """
            UPDATE advisory_body SET display_name = \(body.displayName), lands = \(body.lands), topics = \(body.topics),
                has_ended = \(body.hasEnded), changed_at = \(position)
            WHERE body_code = \(body.code)
            """)
    }
}
