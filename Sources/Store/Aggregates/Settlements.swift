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

/// A settlement's head and the lines the caller may see, each serialised; lines by pool and party.
public struct SettlementRow: Sendable, Equatable {
    public var head: [UInt8]
    public var lines: [[UInt8]]
    /// Number of the API's SettlementState.
    public var state: Int16
    /// Position of the entry that last changed the state.
    public var position: Int64
}

extension VersionedTable {
    /// In which state a settlement is; what was calculated never changes.
    static let settlementState = VersionedTable(
        "settlement_state", columns: "consortium_id, settlement_code, state")
}

extension Reader {
    /// A settlement with the lines the caller may see.
    public func settlement(_ code: String, in consortium: Int32, name: String) async throws -> SettlementRow {
        let answers = try await run([
            """
            SELECT s.content, v.state, v.recorded_from FROM settlement s
            JOIN settlement_state v USING (consortium_id, settlement_code)
            WHERE s.consortium_id = \(consortium) AND s.settlement_code = \(code) AND \(Versions.current)
            """,
            """
            SELECT l.content FROM settlement_line l JOIN party p USING (party_id)
            WHERE l.consortium_id = \(consortium) AND l.settlement_code = \(code) ORDER BY l.pool, p.party_code
            """,
        ])
        var settlement = try answers[0].one("settlement", name) { row in
            SettlementRow(
                head: try row.next([UInt8].self), lines: [], state: try row.next(Int16.self),
                position: try row.next(Int64.self))
        }
        settlement.lines = try answers[1].map { row in try row.next([UInt8].self) }
        return settlement
    }
}

extension Session {
    /// Stores a settlement with its lines and its first state.
    public func insertSettlement(
        _ code: String, head: [UInt8], lines: [SettlementLineRow], state: Int16, in consortium: Int32,
        recordedFrom: Int64
    ) async throws {
        var statements: [SQL] = [
            """
            INSERT INTO settlement (consortium_id, settlement_code, content, recorded_from)
            VALUES (\(consortium), \(code), \(head), \(recordedFrom))
            """,
            VersionedTable.settlementState.insert("\(consortium), \(code), \(state)", at: recordedFrom),
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

    /// Records the next state of a settlement; the row before it is closed.
    public func moveSettlement(_ code: String, to state: Int16, in consortium: Int32, at position: Int64) async throws {
        _ = try await run(
            VersionedTable.settlementState.replace(
                where: "v.consortium_id = \(consortium) AND v.settlement_code = \(code)",
                with: "\(consortium), \(code), \(state)", at: position))
    }
}
