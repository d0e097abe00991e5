internal import Domain
internal import Postgres

/// A row of `access_log`: one call of an auditor.
public struct AccessRow: Sendable, Equatable {
    public var id: Int64
    /// Microseconds since 1970-01-01T00:00:00Z.
    public var accessedMicros: Int64
    public var partyCode: String
    public var credentialDigest: [UInt8]
    public var method: String
    /// The consortium that the call named, whether the auditor takes part in it or not; empty for none.
    public var resource: String

    fileprivate init(_ row: inout Row) throws {
        id = try row.next(Int64.self)
        accessedMicros = try row.next(Int64.self)
        partyCode = try row.next(String.self)
        credentialDigest = try row.next([UInt8].self)
        method = try row.next(String.self)
        resource = try row.next(String.self)
    }
}

extension Reader {
    /// The surrogate of a consortium that an operator asks about.
    public func consortiumID(_ code: String, name: String) async throws -> Int32 {
        let rows = try await query("SELECT audited_consortium(\(code))")
        guard let id = try rows.decode(Int32?.self, row: 0, column: 0) else {
            throw Failure.unknown("consortium", name)
        }
        return id
    }

    /// Calls of auditors that the caller may see, in order, after a number; of one consortium or of all.
    public func accesses(to consortium: Int32?, after id: Int64, limit: Int) async throws -> [AccessRow] {
        var condition: SQL = "a.access_id > \(id)"
        if let consortium { condition = "\(condition) AND a.consortium_id = \(consortium)" }
        let rows = try await query(
            """
            SELECT a.access_id, (extract(epoch FROM a.accessed_at) * 1000000)::bigint, p.party_code,
                a.credential_sha256, a.method, a.resource
            FROM access_log a JOIN party p USING (party_id)
            WHERE \(condition) ORDER BY a.access_id LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try AccessRow(&row) }
    }
}

extension Store {
    /// Writes a call of an auditor down, in a transaction of its own on the primary.
    ///
    /// - Parameters:
    ///   - method: the method's path.
    ///   - consortium: what the call names and the caller takes part in; nil for neither.
    ///   - resource: what the call names.
    public func logAccess(
        by principal: Principal, method: String, consortium: Int32?, resource: String
    ) async throws {
        _ = try await Failure.mapping {
            try await database.run([
                principal.scope,
                """
                INSERT INTO access_log (consortium_id, access_id, party_id, credential_sha256, method, resource)
                VALUES (\(consortium ?? 0), nextval('access_id_seq'), \(principal.partyID),
                    \(principal.credentialDigest), \(method), \(resource))
                """,
            ])
        }
    }
}
