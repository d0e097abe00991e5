internal import EventLoop
internal import Logging

/// The lanes of one loop and the units that wait for them. Confined to its loop.
final class LanePool: @unchecked Sendable {  // confined to its loop
    let loop: EventLoop
    let connector: Connector
    private var lanes: [Lane] = []
    private var queue = Fifo<Unit>()
    private var isStopped = false
    private let unitsInFlight: Int
    private let canceller: Canceller
    /// The counters of the lanes' health; the rest of it is looked up.
    var counters = DatabaseHealth.Pool()
    /// Statements that were cancelled, and those that ran into the time limit.
    private(set) var cancelled = 0
    private(set) var slowStatements = 0
    /// Tells the first outcome of every lane.
    private var onStart: (@Sendable (Result<Void, DatabaseError>) -> Void)?

    init(loop: EventLoop, connector: Connector, canceller: Canceller) {
        self.loop = loop
        self.connector = connector
        self.canceller = canceller
        unitsInFlight = max(1, connector.configuration.unitsInFlightPerLane)
    }

    /// Opens the lanes; `completion` is called when all are open or the first attempt of one has failed.
    func start(_ completion: @escaping @Sendable (Result<Void, DatabaseError>) -> Void) {
        onStart = completion
        lanes = (0..<max(1, connector.configuration.lanesPerLoop)).map { _ in Lane(pool: self) }
        for lane in lanes { lane.connect() }
    }

    func stop() {
        isStopped = true
        for lane in lanes { lane.stop() }
        lanes = []
        failQueue(.closed)
        started(.failure(.closed))
    }

    // MARK: - Units

    /// Sends the unit, or queues it, or fails it at once.
    func submit(_ unit: Unit) {
        assert(loop.isCurrent)
        if queue.isEmpty, let connection = leastLoaded() {
            connection.send(unit)
        } else if isStopped || lanes.isEmpty {
            unit.finish(.closed)
        } else if isUnreachable {
            unit.finish(DatabaseError(.unavailable, "no connection to the database"))
        } else if !hasQueueRoom() {
            counters.refused += 1
            unit.finish(DatabaseError(.overloaded, "too many statements wait for the database"))
        } else {
            counters.waits += 1
            queue.append(unit)
        }
    }

    /// Lets go of a unit whose caller has gone.
    func cancel(_ unit: Unit) {
        unit.cancel()
        for lane in lanes { lane.unitWasCancelled() }
    }

    /// Stops what a lane's process is at.
    func cancel(_ process: ServerProcess, isRepeated: Bool) {
        if !isRepeated { cancelled += 1 }
        canceller.cancel(process)
    }

    private func leastLoaded() -> Connection? {
        var best: Connection?
        var least = unitsInFlight
        for lane in lanes {
            if let load = lane.load, load < least, lane.connection?.isStale == false {
                best = lane.connection
                least = load
            }
        }
        return best
    }

    /// No lane is open and connecting has failed: waiting would only delay the answer.
    var isUnreachable: Bool {
        lanes.allSatisfy { $0.load == nil } && lanes.contains { $0.isFailing }
    }

    private func hasQueueRoom() -> Bool {
        let limit = connector.configuration.unitQueueLimit
        if queue.count >= limit { queue.removeAll { !$0.isWaited } }
        return queue.count < limit
    }

    /// Gives waiting units to a connection as long as it has room.
    func fill(_ connection: Connection) {
        if connection.isStale {
            // The next attempt finds the server that takes writes, if the connection string names it.
            if connection.inFlight.isEmpty {
                connection.close(DatabaseError(.connectionLost, "the server has become a standby"))
            }
            return
        }
        while !queue.isEmpty, !connection.isClosed, connection.inFlight.count < unitsInFlight {
            guard let unit = queue.popFirst() else { return }
            // A unit whose task was cancelled is dropped here, before the server sees it.
            if unit.isWaited { connection.send(unit) }
        }
    }

    private func failQueue(_ error: DatabaseError) {
        while let unit = queue.popFirst() { unit.finish(error) }
    }

    // MARK: - Lanes

    var health: DatabaseHealth.Pool {
        var health = counters
        health.size = lanes.count
        health.open = lanes.count { $0.load != nil }
        health.inUse = lanes.count { ($0.load ?? 0) > 0 }
        health.queued = queue.count
        return health
    }

    func laneDidOpen(_ lane: Lane) {
        connector.logger.debug("lane open", metadata: ["loop": "\(loop.index)"])
        if let connection = lane.connection { fill(connection) }
        if lanes.allSatisfy({ $0.load != nil }) { started(.success(())) }
    }

    func laneDidFail(_ lane: Lane, _ error: DatabaseError) {
        counters.failedConnects += 1
        connector.logger.warning("cannot connect to the database", metadata: ["error": "\(error)"])
        started(.failure(error))
        if isUnreachable { failQueue(error) }
    }

    /// Nobody may wait long behind somebody else's statement: one that takes so long belongs onto a lease.
    func laneDidTimeOut(_ statement: SQL) {
        slowStatements += 1
        connector.logger.error(
            "a statement on a lane ran into the time limit: this is a bug", metadata: ["sql": "\(statement.text)"])
    }

    func laneDidClose(_ lane: Lane, _ error: DatabaseError) {
        connector.logger.warning("a connection to the database ended", metadata: ["error": "\(error)"])
    }

    private func started(_ result: Result<Void, DatabaseError>) {
        onStart?(result)
        onStart = nil
    }
}
