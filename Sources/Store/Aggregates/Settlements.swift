public import Domain
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

/// A row of `settlement` with its current state. What was calculated never changes; the state does.
public struct SettlementRow: Sendable, Equatable {
    public var code: String
    /// Number of the API's SettlementKind.
    public var kind: Int16
    /// The agreement's code.
    public var agreement: String
    public var start: CivilDate
    public var end: CivilDate
    /// The settlement without its lines, canonically serialised.
    public var head: [UInt8]
    /// Position of the entry that calculated it.
    public var calculatedAt: Int64
    /// Number of the API's SettlementState.
    public var state: Int16
    /// Position of the entry that last changed the state.
    public var position: Int64

    /// A settlement that is calculated at a position.
    public init(
        code: String, kind: Int16, agreement: String, start: CivilDate, end: CivilDate, head: [UInt8], state: Int16,
        position: Int64
    ) {
        self.code = code
        self.kind = kind
        self.agreement = agreement
        self.start = start
        self.end = end
        self.head = head
        calculatedAt = position
        self.state = state
        self.position = position
    }

    init(_ row: inout Row) throws {
        code = try row.next(String.self)
        kind = try row.next(Int16.self)
        agreement = try row.next(String.self)
        start = try row.next(CivilDate.self)
        end = try row.next(CivilDate.self)
        head = try row.next([UInt8].self)
        calculatedAt = try row.next(Int64.self)
        state = try row.next(Int16.self)
        position = try row.next(Int64.self)
    }

    /// - Parameter version: which of its states, as `Versions` says it.
    fileprivate static func selection(_ version: SQL = Versions.current) -> SQL {
        """
        SELECT s.settlement_code, s.kind, s.agreement_code, s.period_start, s.period_end, s.content, s.recorded_from,
            v.state, v.recorded_from
        FROM settlement s CROSS JOIN LATERAL (
            SELECT v.state, v.recorded_from FROM settlement_state v
            WHERE v.consortium_id = s.consortium_id AND v.settlement_code = s.settlement_code AND \(version)
            LIMIT 1) v
        """
    }
}

extension VersionedTable {
    /// In which state a settlement is; what was calculated never changes.
    static let settlementState = VersionedTable(
        "settlement_state", columns: "consortium_id, settlement_code, state")
}

extension Reader {
    /// A settlement as it stood when the register had `size` entries, without its lines, which never change; as it
    /// stands now without a size.
    public func settlement(
        _ code: String, in consortium: Int32, knownAt size: Int64 = .max, name: String
    ) async throws -> SettlementRow {
        let rows = try await query(
            """
            \(SettlementRow.selection(Versions.known(at: size)))
            WHERE s.consortium_id = \(consortium) AND s.settlement_code = \(code)
            """)
        return try rows.one("settlement", name) { row in try SettlementRow(&row) }
    }

    /// The lines of a settlement that the caller may see, serialised, by pool and party.
    public func settlementLines(of code: String, in consortium: Int32) async throws -> [[UInt8]] {
        let rows = try await query(
            """
            SELECT l.content FROM settlement_line l JOIN party p USING (party_id)
            WHERE l.consortium_id = \(consortium) AND l.settlement_code = \(code) ORDER BY l.pool, p.party_code
            """)
        return try rows.map { row in try row.next([UInt8].self) }
    }

    /// The lines of a settlement as sums: party, pool, amount.
    public func settlementSums(
        of code: String, in consortium: Int32
    ) async throws -> [(party: String, pool: Int16, amount: Int64)] {
        let rows = try await query(
            """
            SELECT p.party_code, l.pool, l.amount_minor FROM settlement_line l JOIN party p USING (party_id)
            WHERE l.consortium_id = \(consortium) AND l.settlement_code = \(code) ORDER BY l.pool, p.party_code
            """)
        return try rows.map { row in
            (try row.next(String.self), try row.next(Int16.self), try row.next(Int64.self))
        }
    }

    /// At most `limit` settlements calculated after a position, in that order, as they stood when the register had
    /// `size` entries.
    public func settlements(
        in consortium: Int32, after position: Int64, knownAt size: Int64, limit: Int
    ) async throws -> [SettlementRow] {
        let rows = try await query(
            """
            \(SettlementRow.selection(Versions.known(at: size)))
            WHERE s.consortium_id = \(consortium) AND s.recorded_from > \(position)
            ORDER BY s.recorded_from LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try SettlementRow(&row) }
    }

    /// The settlements of an agreement that were approved and are not corrected, advances left out: by their days,
    /// those of the same days in the order they were calculated.
    public func approvedSettlements(of agreement: String, in consortium: Int32) async throws -> [SettlementRow] {
        let rows = try await query(
            """
            \(SettlementRow.selection())
            WHERE s.consortium_id = \(consortium) AND s.agreement_code = \(agreement) AND s.kind IN (1, 2)
                AND v.state IN (2, 3)
            ORDER BY s.period_start, s.period_end, s.recorded_from
            """)
        return try rows.map { row in try SettlementRow(&row) }
    }

    /// The settlements of an agreement that end before a day, at most with its eve, newest last, with the states they
    /// were in when the register had `size` entries.
    public func settlements(
        of agreement: String, in consortium: Int32, endingBy day: CivilDate, knownAt size: Int64
    ) async throws -> [SettlementRow] {
        let rows = try await query(
            """
            \(SettlementRow.selection(Versions.known(at: size)))
            WHERE s.consortium_id = \(consortium) AND s.agreement_code = \(agreement) AND s.period_end <= \(day)
            ORDER BY s.period_end, s.recorded_from
            """)
        return try rows.map { row in try SettlementRow(&row) }
    }

    /// The settlements with a day in [start, end), in the order they were calculated.
    public func settlements(
        in consortium: Int32, overlapping start: CivilDate, _ end: CivilDate
    ) async throws -> [SettlementRow] {
        let rows = try await query(
            """
            \(SettlementRow.selection())
            WHERE s.consortium_id = \(consortium) AND s.period_start < \(end) AND s.period_end > \(start)
            ORDER BY s.recorded_from
            """)
        return try rows.map { row in try SettlementRow(&row) }
    }
}

extension Session {
    /// Stores a settlement with its lines and its first state.
    public func insert(_ settlement: SettlementRow, lines: [SettlementLineRow], in consortium: Int32) async throws {
        let (code, position) = (settlement.code, settlement.calculatedAt)
        _ = try await run([
            """
            INSERT INTO settlement (consortium_id, settlement_code, kind, agreement_code, period_start, period_end,
                content, recorded_from)
            VALUES (\(consortium), \(code), \(settlement.kind), \(settlement.agreement), \(settlement.start),
                \(settlement.end), \(settlement.head), \(position))
            """,
            VersionedTable.settlementState.insert("\(consortium), \(code), \(settlement.state)", at: position),
            """
            INSERT INTO settlement_line (consortium_id, settlement_code, pool, party_id, amount_minor, content)
            SELECT \(consortium), \(code), l.pool, l.party_id, l.amount, l.content
            FROM unnest(\(lines.map(\.pool)), \(lines.map(\.partyID)), \(lines.map(\.amount)), \(lines.map(\.content)))
                AS l (pool, party_id, amount, content)
            """,
        ])
    }

    /// Records the next state of a settlement; the row before it is closed.
    public func moveSettlement(_ code: String, to state: Int16, in consortium: Int32, at position: Int64) async throws {
        _ = try await run(
            VersionedTable.settlementState.replace(
                where: "v.consortium_id = \(consortium) AND v.settlement_code = \(code)",
                with: "\(consortium), \(code), \(state)", at: position))
    }
}
