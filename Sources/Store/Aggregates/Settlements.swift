internal import Domain
internal import Postgres

/// A line of a settlement as it is stored.
public struct SettlementLineRow: Sendable, Equatable {
    /// Number of the API's CostPool.
    public var pool: Int16
    public var partyID: Int32
    /// Minor units of the consortium's currency.
    public var amount: Int64
    /// The line, canonically serialised.
    public var content: [UInt8]

    public init(pool: Int16, partyID: Int32, amount: Int64, content: [UInt8]) {
        self.pool = pool
        self.partyID = partyID
        self.amount = amount
        self.content = content
    }
}

extension Reader {
    /// The head of a settlement and the lines the caller may see, each serialised; lines by pool and party.
    public func settlement(
        _ code: String, in consortium: Int32, name: String
    ) async throws -> (head: [UInt8], lines: [[UInt8]]) {
        let answers = try await run([
            "SELECT content FROM settlement WHERE consortium_id = \(consortium) AND settlement_code = \(code)",
            """
            SELECT l.content FROM settlement_line l JOIN party p USING (party_id)
            WHERE l.consortium_id = \(consortium) AND l.settlement_code = \(code) ORDER BY l.pool, p.party_code
            """,
        ])
        let head = try answers[0].one("settlement", name) { row in try row.next([UInt8].self) }
        return (head, try answers[1].map { row in try row.next([UInt8].self) })
    }
}

extension Session {
    /// Stores a settlement with its lines.
    public func insertSettlement(
        _ code: String, head: [UInt8], lines: [SettlementLineRow], in consortium: Int32, recordedFrom: Int64
    ) async throws {
        var statements: [SQL] = [
            """
            INSERT INTO settlement (consortium_id, settlement_code, content, recorded_from)
            VALUES (\(consortium), \(code), \(head), \(recordedFrom))
            """
        ]
        for line in lines {
            statements.append(
                """
                INSERT INTO settlement_line (consortium_id, settlement_code, pool, party_id, amount_minor, content)
                VALUES (\(consortium), \(code), \(line.pool), \(line.partyID), \(line.amount), \(line.content))
                """)
        }
        _ = try await run(statements)
    }
}
