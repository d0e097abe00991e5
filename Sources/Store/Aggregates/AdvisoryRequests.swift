internal import Domain
internal import Postgres
public import Register

/// A row of `advisory_request`.
public struct AdvisoryRequestRow: Sendable, Equatable {
    public var id: Int32
    public var code: String
    public var partyCode: String
    public var partyID: Int32
    public var actingPartyCode: String
    public var actingPartyID: Int32
    public var topic: String
    /// Number of the API's AdvisoryRequestState.
    public var state: Int16
    /// Code of the body that has it, and its party.
    public var bodyCode: String?
    public var bodyPartyID: Int32?
    public var rating: Int16
    public var changedAt: Int64

    init(_ row: inout Row) throws {
        id = try row.next(Int32.self)
        code = try row.next(String.self)
        partyCode = try row.next(String.self)
        partyID = try row.next(Int32.self)
        actingPartyCode = try row.next(String.self)
        actingPartyID = try row.next(Int32.self)
        topic = try row.next(String.self)
        state = try row.next(Int16.self)
        bodyCode = try row.next(String?.self)
        bodyPartyID = try row.next(Int32?.self)
        rating = try row.next(Int16.self)
        changedAt = try row.next(Int64.self)
    }

    fileprivate static let selection: SQL = """
        SELECT q.request_id, q.request_code, p.party_code, q.party_id, a.party_code, q.acting_party_id, q.topic,
            q.state, b.body_code, b.party_id, q.rating, q.changed_at
        FROM advisory_request q JOIN party p ON p.party_id = q.party_id
        JOIN party a ON a.party_id = q.acting_party_id LEFT JOIN advisory_body b ON b.body_id = q.body_id
        """
}

/// A row of `advisory_step`.
public struct AdvisoryStepRow: Sendable, Equatable {
    public var recordedFrom: Int64
    public var partyCode: String
    public var bodyCode: String?
    public var state: Int16
    public var text: String
}

extension Reader {
    /// One request that the caller may see.
    public func advisoryRequest(_ code: String) async throws -> AdvisoryRequestRow {
        let rows = try await query("\(AdvisoryRequestRow.selection) WHERE q.request_code = \(code)")
        return try rows.one("advisory request", "advisoryRequests/\(code)") { row in try AdvisoryRequestRow(&row) }
    }

    /// Requests that the caller may see, newest first.
    ///
    /// - Parameters:
    ///   - state: number of the API's AdvisoryRequestState; 0 for all.
    ///   - id: only those before this one.
    public func advisoryRequests(state: Int16, before id: Int32, limit: Int) async throws -> [AdvisoryRequestRow] {
        let rows = try await query(
            """
            \(AdvisoryRequestRow.selection)
            WHERE (\(state) = 0 OR q.state = \(state)) AND q.request_id < \(id)
            ORDER BY q.request_id DESC LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try AdvisoryRequestRow(&row) }
    }

    /// The steps of a request, oldest first.
    public func advisorySteps(of request: Int32) async throws -> [AdvisoryStepRow] {
        let rows = try await query(
            """
            SELECT s.recorded_from, p.party_code, b.body_code, s.state, s.text
            FROM advisory_step s JOIN party p USING (party_id) LEFT JOIN advisory_body b ON b.body_id = s.body_id
            WHERE s.request_id = \(request) ORDER BY s.recorded_from
            """)
        return try rows.map { row in
            AdvisoryStepRow(
                recordedFrom: try row.next(Int64.self), partyCode: try row.next(String.self),
                bodyCode: try row.next(String?.self), state: try row.next(Int16.self), text: try row.next(String.self))
        }
    }
}

extension Session {
    /// Adds a request with its first step.
    public func insertAdvisoryRequest(
        _ code: String, of party: Int32, topic: String, state: Int16, body: AdvisoryBodyRow?, question: SaltedText,
        at position: Int64
    ) async throws {
        let bodies = body.map { [$0.partyID] } ?? []
        let rows = try await query(
            """
            INSERT INTO advisory_request (request_code, party_id, acting_party_id, topic, state, body_id,
                body_party_ids, recorded_from, changed_at)
            VALUES (\(code), \(party), \(principal.partyID), \(topic), \(state), \(nullable: body?.id), \(bodies),
                \(position), \(position))
            RETURNING request_id
            """)
        let id = try rows.decode(Int32.self, row: 0, column: 0)
        try await insertStep(of: id, state: state, body: body?.id, question, at: position)
    }

    /// Takes a request one step further.
    ///
    /// - Parameters:
    ///   - body: the body that has it from now on; nil leaves it where it is.
    ///   - rating: 0 leaves it as it is.
    public func advance(
        _ request: AdvisoryRequestRow, to state: Int16, body: AdvisoryBodyRow? = nil, rating: Int16 = 0,
        _ text: SaltedText, at position: Int64
    ) async throws {
        let rows = try await query(
            """
            UPDATE advisory_request SET state = \(state), body_id = coalesce(\(nullable: body?.id), body_id),
                body_party_ids = CASE WHEN \(nullable: body?.partyID) = ANY (body_party_ids) THEN body_party_ids
                    ELSE array_cat(body_party_ids, array_remove(ARRAY[\(nullable: body?.partyID)], NULL)) END,
                rating = greatest(rating, \(rating)), changed_at = \(position)
            WHERE request_id = \(request.id) RETURNING body_id
            """)
        let bodyID = try rows.decode(Int32?.self, row: 0, column: 0)
        try await insertStep(of: request.id, state: state, body: bodyID, text, at: position)
    }

    private func insertStep(
        of request: Int32, state: Int16, body: Int32?, _ text: SaltedText, at position: Int64
    ) async throws {
        _ = try await query(
            """
            INSERT INTO advisory_step (request_id, recorded_from, party_id, body_id, state, text, text_salt)
            VALUES (\(request), \(position), \(principal.partyID), \(nullable: body), \(state), \(text.text),
                \(text.salt))
            """)
    }
}
