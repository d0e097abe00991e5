internal import Domain
internal import Postgres

/// What a party last said of its totals over some days.
public struct UsageStatementRow: Sendable, Equatable {
    public var partyCode: String
    /// SHA-256 over the totals that it spoke of.
    public var totals: [UInt8]
    /// The statement in its canonical serialisation.
    public var content: [UInt8]
}

extension VersionedTable {
    static let usageStatement = VersionedTable(
        "usage_statement",
        columns: "consortium_id, application_id, party_id, first_day, end_day, totals_sha256, content")
}

extension Session {
    /// Records what the caller's party says of its totals, in place of what it said before.
    public func record(
        totals: [UInt8], content: [UInt8], filter: UsageFilter, recordedFrom: Int64
    ) async throws {
        let (consortium, application, party) = (filter.consortium, filter.application, principal.partyID)
        _ = try await run(
            VersionedTable.usageStatement.replace(
                where: """
                    v.consortium_id = \(consortium) AND v.application_id = \(application) AND v.party_id = \(party)
                        AND v.first_day = \(filter.from) AND v.end_day = \(filter.until)
                    """,
                with: """
                    \(consortium), \(application), \(party), \(filter.from), \(filter.until), \(totals), \(content)
                    """,
                at: recordedFrom))
    }
}

extension Reader {
    /// What parties had last said, at the size of the register, of their totals of an application over exactly these
    /// days.
    public func usageStatements(_ filter: UsageFilter) async throws -> [UsageStatementRow] {
        let rows = try await query(
            """
            SELECT p.party_code, v.totals_sha256, v.content FROM usage_statement v JOIN party p USING (party_id)
            WHERE v.consortium_id = \(filter.consortium) AND v.application_id = \(filter.application)
                AND v.first_day = \(filter.from) AND v.end_day = \(filter.until)
                AND \(Versions.known(at: filter.size ?? .max))
            """)
        return try rows.map { row in
            UsageStatementRow(
                partyCode: try row.next(String.self), totals: try row.next([UInt8].self),
                content: try row.next([UInt8].self))
        }
    }
}
