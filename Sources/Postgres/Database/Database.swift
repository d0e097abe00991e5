public import EventLoop
public import Logging
internal import Synchronization

/// A PostgreSQL database, used from the loops of a process.
///
/// Every loop has its own connections: *lanes*, which all calls of the loop share in pipeline mode, and *leases*, each
/// of which belongs to one transaction at a time. Call it on a loop; elsewhere the work moves to the first loop.
/// Once started it must be shut down before the loops are.
public final class Database: Sendable {
    let configuration: DatabaseConfiguration
    let connector: Connector
    let loops: [EventLoop]
    let lanes: [LanePool]
    let leases: [LeasePool]
    private let canceller: Canceller
    private let listeners = Mutex<[Listener]>([])

    public init(configuration: DatabaseConfiguration, group: EventLoopGroup, logger: Logger) {
        self.configuration = configuration
        let connector = Connector(configuration: configuration, logger: logger)
        self.connector = connector
        loops = group.loops
        let canceller = Canceller(loop: group.loops[0], connector: connector)
        self.canceller = canceller
        let lanes = group.loops.map { LanePool(loop: $0, connector: connector, canceller: canceller) }
        self.lanes = lanes
        leases = zip(group.loops, lanes).map { loop, lanes in
            LeasePool(loop: loop, connector: connector, canceller: canceller) { lanes.isUnreachable }
        }
    }

    // MARK: - Life

    /// Opens the lanes of every loop; leases open when they are needed.
    /// - Throws: `DatabaseError` of kind `unavailable` when a connection cannot be made. It goes on trying all the
    ///   same, so the caller may shut down or carry on.
    public func start() async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for pool in lanes {
                tasks.addTask {
                    try await withUnsafeThrowingContinuation { continuation in
                        let accepted = pool.loop.execute { pool.start { continuation.resume(with: $0) } }
                        if !accepted { continuation.resume(throwing: DatabaseError.closed) }
                    }
                }
            }
            try await tasks.waitForAll()
        }
        try await refuseTransactionPooling()
    }

    /// Closes every connection; whoever waits gets an error of kind `closed`. Let calls end first.
    public func shutdown() async {
        stopListening()
        for index in loops.indices {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                stop(index) { continuation.resume() }
            }
        }
    }

    /// What nobody wants any more, say because it did not start, would go on connecting, and be taken apart here while
    /// its loops are still at it.
    deinit {
        stopListening()
        for index in loops.indices { stop(index) {} }
    }

    private func stopListening() {
        for listener in listeners.withLock({ $0 }) { listener.stop() }
    }

    /// Closes what belongs to one loop, there; or here, where the loop has ended and touches nothing any more.
    private func stop(_ index: Int, then completion: @escaping @Sendable () -> Void) {
        let (lane, lease, canceller) = (lanes[index], leases[index], index == 0 ? canceller : nil)
        let stop: @Sendable () -> Void = {
            canceller?.stop()
            lane.stop()
            lease.stop()
            completion()
        }
        if !loops[index].execute(stop) { stop() }
    }

    /// Remembers a listener, to be stopped at the end.
    func keep(_ listener: Listener) { listeners.withLock { $0.append(listener) } }

    /// The position of the current loop, if it is one of ours.
    var currentIndex: Int? {
        guard let loop = EventLoop.current, loop.index < loops.count, loops[loop.index] === loop else { return nil }
        return loop.index
    }

    var firstLoop: EventLoop { loops[0] }

    // MARK: - Lanes

    /// Runs short statements as one implicit transaction, together with the units of other calls on one connection:
    /// all of them are committed, or none.
    ///
    /// A cancelled task returns at once; a unit the server has not got is dropped, otherwise it is stopped if it does
    /// not end shortly.
    /// - Returns: one result for each statement.
    /// - Throws: `DatabaseError`, `CancellationError`.
    @discardableResult
    public func run(_ unit: [SQL]) async throws -> [Rows] {
        try await run(unit, isShared: false)
    }

    /// Runs short reads, possibly in one transaction with those of other calls, which costs less than one for each.
    ///
    /// An error of one unit does not reach the others: they run again by themselves. Each unit must begin with every
    /// setting that its statements depend on, and must change nothing: it is answered before the transaction ends.
    /// - Returns: one result for each statement.
    /// - Throws: `DatabaseError`, `CancellationError`.
    public func read(_ unit: [SQL]) async throws -> [Rows] {
        try await run(unit, isShared: true)
    }

    private func run(_ unit: [SQL], isShared: Bool) async throws -> [Rows] {
        guard !unit.isEmpty else { return [] }
        let unit = try Unit(checking: unit, commits: !isShared, isShared: isShared)
        try Task.checkCancellation()
        let pool = lanes[currentIndex ?? 0]
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                unit.wait(continuation)
                if pool.loop.isCurrent {
                    pool.submit(unit)
                } else if !pool.loop.execute({ pool.submit(unit) }) {
                    unit.finish(.closed)
                }
            }
        } onCancel: {
            pool.loop.execute { pool.cancel(unit) }
        }
    }

    /// Runs one short statement on a lane, as a transaction of its own.
    @discardableResult
    public func query(_ sql: SQL) async throws -> Rows {
        let rows = try await run([sql])
        guard let first = rows.first else { throw DatabaseError.misuse("a statement without a result") }
        return first
    }

    // MARK: - Leases

    /// Runs `body` in a transaction on a connection of its own: commits when it returns, rolls back when it throws.
    ///
    /// Nothing is repeated silently. When the answer to the commit is lost, the error says `isInDoubt`.
    public func withTransaction<Result>(
        _ options: TransactionOptions = TransactionOptions(), _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        if let index = currentIndex { return try await transact(leases[index], options, body) }
        // The task stays the same, so nothing runs at the same time; only the thread changes.
        return try await withTaskExecutorPreference(firstLoop) {
            Carried(value: try await transact(leases[0], options, body))
        }.value
    }

    private func transact<Result>(
        _ pool: LeasePool, _ options: TransactionOptions, _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        guard pool.loop.isCurrent else { throw DatabaseError.misuse("transactions cannot be run from this actor") }
        let connection = try await pool.acquire()
        let transaction = Transaction(connection, options)
        defer { pool.release(connection) }
        let result: Result
        do {
            result = try await body(transaction)
            try Task.checkCancellation()
        } catch {
            await transaction.rollback()
            throw error
        }
        try await transaction.commit()
        return result
    }
}

/// Takes a value along while its task moves to a loop.
private struct Carried<Value>: @unchecked Sendable {  // used by one task, one step after the other
    let value: Value
}
