internal import EventLoop

/// One connection shared by all calls of a loop, kept open. Confined to its loop.
final class Lane: ConnectionDelegate {
    private(set) var connection: Connection?
    /// Holds the lane as well, until it is stopped: whatever is on its way to a lane still finds its pool.
    private let pool: LanePool
    private var backoff: Backoff
    private var timer: LoopTimer?
    /// Runs while units of callers that have gone are on their way.
    private var cancelTimer: LoopTimer?
    /// The unit that the server was told to stop last.
    private var stopping: Unit?
    private var isStopped = false
    private var hasBeenOpen = false

    init(pool: LanePool) {
        self.pool = pool
        backoff = Backoff(
            first: pool.connector.configuration.firstRetryDelay, cap: pool.connector.configuration.maximumRetryDelay)
    }

    /// Whether the last attempt to connect has failed.
    var isFailing: Bool { backoff.hasFailed }

    /// Units on their way, or nil when there is no connection.
    var load: Int? { connection?.inFlight.count }

    func connect() {
        guard !isStopped else { return }
        let lane = LaneReference(self)
        pool.connector.open(on: pool.loop, statementTimeout: pool.connector.configuration.laneStatementTimeout) {
            lane.value.opened($0)
        }
    }

    private func opened(_ result: Result<OpenedConnection, DatabaseError>) {
        guard !isStopped else { return }
        switch result {
        case .success(let opened):
            backoff.reset()
            let connection = Connection(opened, loop: pool.loop)
            connection.delegate = self
            self.connection = connection
            if hasBeenOpen { pool.counters.reconnects += 1 }
            hasBeenOpen = true
            pool.laneDidOpen(self)
        case .failure(let error):
            retryLater()
            pool.laneDidFail(self, error)
        }
    }

    private func retryLater() {
        var generator = SystemRandomNumberGenerator()
        let delay = backoff.next(using: &generator)
        timer?.close()
        timer = LoopTimer(loop: pool.loop) { [weak self] in self?.connect() }
        timer?.start(after: delay)
    }

    func stop() {
        isStopped = true
        timer?.close()
        cancelTimer?.close()
        connection?.close(.closed)
    }

    // MARK: - Cancelling

    /// Lets the server stop what it is at for a caller that has gone. Most units end within a short while anyway, so it
    /// waits for that first.
    func unitWasCancelled() {
        guard cancelTimer == nil, let connection, connection.inFlight.contains(where: \.isCancelled) else { return }
        cancelTimer = LoopTimer(loop: pool.loop) { [weak self] in self?.cancelRunning() }
        cancelTimer?.start(after: pool.connector.configuration.cancelDelay)
    }

    private func cancelRunning() {
        cancelTimer?.close()
        cancelTimer = nil
        guard let connection, let running = connection.inFlight.first else { return }
        if running.isCancelled {
            connection.cancellations = 1
            // One that is lost on its way is sent again; it counts once.
            pool.cancel(connection.process, isRepeated: stopping === running)
            stopping = running
        }
        unitWasCancelled()
    }

    // MARK: - What happens on the connection

    var sendsAgain: Bool { true }

    func connection(_ connection: Connection, didTimeOut statement: SQL) {
        pool.laneDidTimeOut(statement)
    }

    func connectionHasRoom(_ connection: Connection) {
        pool.fill(connection)
    }

    func connection(_ connection: Connection, didAbort unit: Unit) {
        pool.submit(unit)
    }

    func connectionDidClose(_ connection: Connection, _ error: DatabaseError) {
        self.connection = nil
        guard !isStopped else { return }
        pool.laneDidClose(self, error)
        // The first attempt comes at once: most losses are a restart or a fail-over that is already over.
        connect()
    }
}

/// Carries a lane through the thread that connects; it is used on the loop alone.
struct LaneReference: @unchecked Sendable {  // only carried, never used off the loop
    let value: Lane

    init(_ value: Lane) { self.value = value }
}
