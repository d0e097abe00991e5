internal import Domain
public import Postgres

/// One transaction under a principal's scope, with the entries it adds to registers. Confined to the task that runs it.
public final class Session: Reader {
    /// The leased connection's transaction.
    public let transaction: Transaction
    /// Who acts.
    public private(set) var principal: Principal
    /// Whether who may see what has changed, so that cached principals must be looked up again after COMMIT.
    public internal(set) var changedPrincipals = false
    /// Registers this transaction has taken a position in.
    private var heads: [Int32: RegisterHead] = [:]

    init(transaction: Transaction, principal: Principal) {
        self.transaction = transaction
        self.principal = principal
    }

    public func run(_ statements: [SQL]) async throws -> [Rows] {
        try await transaction.run(statements)
    }

    /// The head of a register, locked until the transaction ends: from here on its commits are in order.
    ///
    /// Take it after validation and, for bulk, after the rows have been sent, so that the lock is held briefly.
    public func head(of register: Int32) async throws -> RegisterHead {
        if let head = heads[register] { return head }
        let rows = try await query(
            "SELECT size, frontier, recorded_micros FROM register WHERE register_id = \(register) FOR UPDATE")
        guard rows.count == 1 else { throw Failure.unknown("register", String(register)) }
        var row = rows[0]
        let head = try RegisterHead(
            register: register, size: row.next(Int64.self), frontier: row.next([UInt8].self),
            recordedMicros: row.next(Int64.self))
        heads[register] = head
        return head
    }

    /// Makes a consortium that this transaction has created visible to the rest of it.
    func join(_ code: String, _ id: Int32) async throws {
        principal = principal.joining(code, id)
        _ = try await query(principal.scope)
    }

    /// Writes the new entries and heads; called once, before COMMIT.
    ///
    /// The rows that the transaction has changed are sealed first, and one entry commits to their seals: that of the
    /// consortium where the platform's register takes part too.
    func writeRegisters() async throws {
        let heads = heads.values.sorted { $0.register > $1.register }.filter { $0.sealingPosition != nil }
        guard let sealing = heads.first, let position = sealing.sealingPosition else { return }
        let digest = try await query("SELECT seal_rows(\(sealing.register), \(position))")
            .decode([UInt8]?.self, row: 0, column: 0)
        if let digest { sealing.seal(digest) }
        _ = try await run(heads.map(\.statement))
    }
}
