internal import EventLoop

/// How a database's connections are doing, as of one look at every loop; for a metrics page and a readiness check.
/// Counters begin at zero when the database is made and only grow.
public struct DatabaseHealth: Sendable, Equatable {
    /// One kind of connection.
    public struct Pool: Sendable, Equatable {
        /// Connections as configured, on all loops together.
        public var size = 0
        /// Connections that are open.
        public var open = 0
        /// Open connections on which something is under way.
        public var inUse = 0
        /// Units (of lanes) or transactions (of leases) that wait for a connection.
        public var queued = 0
        /// Counter: units or transactions that had to wait.
        public var waits = 0
        /// Counter: units or transactions that were refused because the queue was full.
        public var refused = 0
        /// Counter: connections opened after the first of each place, that is, after a loss.
        public var reconnects = 0
        /// Counter: attempts to connect that failed.
        public var failedConnects = 0

        public init() {}
    }

    /// Whether connections are being attempted.
    public enum Breaker: Sendable, Equatable, CaseIterable {
        /// As usual.
        case closed
        /// The server cannot be reached: callers are refused at once until one of the attempts that go on succeeds.
        case open
    }

    public var lanes = Pool()
    public var leases = Pool()
    /// `open` as soon as it is on one loop.
    public var breaker = Breaker.closed
    /// Counter: running statements on lanes that were cancelled because their caller had gone.
    public var cancelled = 0
    /// Counter: statements on lanes that ran into the lanes' time limit: each is a bug.
    public var slowStatements = 0

    public init() {}
}

extension DatabaseHealth {
    mutating func add(_ other: DatabaseHealth) {
        lanes.add(other.lanes)
        leases.add(other.leases)
        if other.breaker == .open { breaker = .open }
        cancelled += other.cancelled
        slowStatements += other.slowStatements
    }
}

extension DatabaseHealth.Pool {
    fileprivate mutating func add(_ other: DatabaseHealth.Pool) {
        size += other.size
        open += other.open
        inUse += other.inUse
        queued += other.queued
        waits += other.waits
        refused += other.refused
        reconnects += other.reconnects
        failedConnects += other.failedConnects
    }
}

extension Database {
    /// Asks every loop how its connections are doing; all zeros for loops that have ended.
    public func health() async -> DatabaseHealth {
        var health = DatabaseHealth()
        for index in loops.indices { health.add(await self.health(ofLoop: index)) }
        return health
    }

    private func health(ofLoop index: Int) async -> DatabaseHealth {
        let (lane, lease) = (lanes[index], leases[index])
        return await withUnsafeContinuation { continuation in
            let accepted = loops[index].execute {
                var health = DatabaseHealth()
                health.lanes = lane.health
                health.cancelled = lane.cancelled
                health.slowStatements = lane.slowStatements
                health.breaker = lane.isUnreachable ? .open : .closed
                health.leases = lease.health
                continuation.resume(returning: health)
            }
            if !accepted { continuation.resume(returning: DatabaseHealth()) }
        }
    }
}
