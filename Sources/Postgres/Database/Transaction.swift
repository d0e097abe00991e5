internal import CLibPQ
internal import EventLoop

/// A transaction on a connection of its own. Use it on the loop that gave it, by one task at a time, and only inside
/// `withTransaction`.
public final class Transaction: @unchecked Sendable {  // confined to its connection's loop
    let connection: Connection
    private let options: TransactionOptions
    /// `BEGIN` travels with the first statements, so that it costs no round trip of its own.
    private var hasBegun = false
    private var hasEnded = false
    /// Savepoints that are open.
    private var depth = 0

    init(_ connection: Connection, _ options: TransactionOptions) {
        self.connection = connection
        self.options = options
    }

    /// Runs one statement.
    @discardableResult
    public func query(_ sql: SQL) async throws -> Rows {
        let rows = try await run([sql])
        guard let first = rows.first else { throw DatabaseError.misuse("a statement without a result") }
        return first
    }

    /// Runs statements in one round trip; the first error ends them all.
    /// - Returns: one result for each statement.
    @discardableResult
    public func run(_ statements: [SQL]) async throws -> [Rows] {
        try check()
        try Task.checkCancellation()
        guard !statements.isEmpty else { return [] }
        if hasBegun { return try await connection.run(statements, isCancellable: true) }
        hasBegun = true
        let opening = options.opening
        do {
            let rows = try await connection.run(opening + statements, isCancellable: true)
            return Array(rows.dropFirst(opening.count))
        } catch var error as DatabaseError {
            error.statement = error.statement.map { max(0, $0 - opening.count) }
            throw error
        }
    }

    private func check() throws {
        guard !hasEnded else { throw DatabaseError.misuse("the transaction has ended") }
        guard connection.loop.isCurrent else { throw DatabaseError.misuse("a transaction stays on its loop") }
        guard !connection.isClosed else { throw DatabaseError(.connectionLost, "the connection was lost") }
        guard connection.isIdle else { throw DatabaseError.misuse("another command is under way") }
    }

    /// Begins, for commands that cannot bring `BEGIN` along.
    func begin() async throws {
        try check()
        try Task.checkCancellation()
        guard !hasBegun else { return }
        hasBegun = true
        _ = try await connection.run(options.opening, isCancellable: true)
    }

    // MARK: - Savepoints

    /// Runs `body` so that what it did alone is undone when it throws, and the transaction goes on (`SAVEPOINT`). May
    /// be nested.
    public func withSavepoint<Result>(_ body: () async throws -> Result) async throws -> Result {
        depth += 1
        defer { depth -= 1 }
        let name = SQL.identifier("savepoint_\(depth)")
        try await query("SAVEPOINT \(name)")
        let result: Result
        do {
            result = try await body()
        } catch {
            // A cancelled task runs nothing more: its transaction ends as a whole.
            if !Task.isCancelled { try await run(["ROLLBACK TO SAVEPOINT \(name)", "RELEASE SAVEPOINT \(name)"]) }
            throw error
        }
        try await query("RELEASE SAVEPOINT \(name)")
        return result
    }

    // MARK: - The end

    /// Not cancellable: once asked for, the answer is worth waiting for.
    func commit() async throws {
        guard hasBegun else {
            hasEnded = true
            return
        }
        try check()
        hasEnded = true
        let rows = try await connection.run(["COMMIT"], commits: true, isCancellable: false)
        // A transaction in which a statement had failed ends with ROLLBACK, without an error.
        guard rows.first?.tag == "COMMIT" else {
            throw DatabaseError.misuse("commit of a transaction in which a statement had failed")
        }
    }

    /// Leaves the connection outside a transaction, or in a state in which it is not used again.
    func rollback() async {
        hasEnded = true
        guard hasBegun, connection.isIdle, connection.mode == .pipeline else { return }
        _ = try? await connection.run(["ROLLBACK"], isCancellable: false)
    }
}

extension Connection {
    /// Whether another transaction may use the connection.
    var isReusable: Bool { isIdle && !isStale && mode == .pipeline && PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// Whether a transaction is open and no statement of it has failed.
    var isInTransaction: Bool { !isClosed && PQtransactionStatus(handle) == PQTRANS_INTRANS }

    /// Sends a unit and waits for its answer.
    func run(_ statements: [SQL], commits: Bool = false, isCancellable: Bool) async throws -> [Rows] {
        guard !isClosed else { throw DatabaseError(.connectionLost, "the connection was lost") }
        let unit = try Unit(checking: statements, commits: commits)
        guard isCancellable else { return try await wait(unit) }
        return try await withTaskCancellationHandler {
            try await wait(unit)
        } onCancel: {
            loop.execute { unit.cancel() }
        }
    }

    private func wait(_ unit: Unit) async throws -> [Rows] {
        try await withUnsafeThrowingContinuation { continuation in
            unit.wait(continuation)
            send(unit)
        }
    }
}

extension Unit {
    /// - Throws: for a statement the protocol cannot carry.
    convenience init(
        checking statements: [SQL], commits: Bool, isShared: Bool = false
    ) throws(DatabaseError) {
        for sql in statements where sql.parameterCount > ParameterArrays.limit {
            throw .misuse("\(sql.parameterCount) parameters in one statement")
        }
        // The library takes text up to the first zero byte; a statement cut off there could mean something else.
        for sql in statements where !sql.isStatic && sql.text.utf8.contains(0) {
            throw .misuse("a zero byte in a statement")
        }
        self.init(statements, commits: commits, isShared: isShared)
    }
}
