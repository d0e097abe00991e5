public import Domain
internal import Postgres

/// The idempotency record: what was answered to a request of a party.
extension Session {
    /// The first answer to this request, or nil when it is new.
    ///
    /// - Parameters:
    ///   - id: the request's UUID, 16 bytes.
    ///   - digest: SHA-256 of the method and the request without its id.
    /// - Throws: `Failure(.requestIDReused)` with both digests when the id came with another payload before.
    public func firstAnswer(to id: RequestID, digest: Digest32) async throws -> [UInt8]? {
        let rows = try await query(
            """
            SELECT request_sha256, response FROM request_record
            WHERE party_id = \(principal.partyID) AND request_id = \(id.uuid)
            """)
        guard rows.count == 1 else { return nil }
        var row = rows[0]
        let stored = try row.next([UInt8].self)
        guard stored == digest.bytes else {
            throw Failure(
                .requestIDReused, "request_id was used for another request before; send a new UUID",
                violations: [FieldViolation(field: "request_id", description: "belongs to another request")]
            ).with("stored_sha256", Digest32(stored)?.hex ?? "").with("sent_sha256", digest.hex)
        }
        return try row.next([UInt8].self)
    }

    /// Keeps the answer with the change it reports, in the same transaction.
    public func remember(_ id: RequestID, digest: Digest32, answer: [UInt8]) async throws {
        _ = try await query(
            """
            INSERT INTO request_record (party_id, request_id, request_sha256, response)
            VALUES (\(principal.partyID), \(id.uuid), \(digest.bytes), \(answer))
            """)
    }
}

extension Store {
    /// Forgets answers that are older than the 14 days for which a request may be repeated, at most `limit` of them.
    ///
    /// - Returns: how many were forgotten.
    public func purgeRequestRecords(limit: Int) async throws -> Int {
        let rows = try await Failure.mapping {
            try await database.query("SELECT purge_request_records(\(Int32(limit)))")
        }
        return Int(try rows.decode(Int32.self, row: 0, column: 0))
    }
}
