internal import EventLoop
internal import Logging

/// The exclusive connections of one loop and the tasks that wait for one, in order. Confined to its loop.
final class LeasePool: ConnectionDelegate, @unchecked Sendable {  // confined to its loop
    /// A task that waits for a connection.
    final class Applicant: @unchecked Sendable {  // confined to its loop
        private var continuation: UnsafeContinuation<Connection, any Error>?

        var isWaiting: Bool { continuation != nil }

        func wait(_ continuation: UnsafeContinuation<Connection, any Error>) { self.continuation = continuation }

        func finish(_ result: Result<Connection, any Error>) {
            guard let continuation else { return }
            self.continuation = nil
            continuation.resume(with: result)
        }
    }

    let loop: EventLoop
    private let connector: Connector
    private let canceller: Canceller
    /// Whether the server cannot be reached, as the lanes of this loop have found out.
    private let isUnreachable: () -> Bool
    private let limit: Int
    /// Open and unused, the latest used last, so that the busiest caches stay warm.
    private var idle: [Connection] = []
    /// Connections that are open or being opened.
    private var total = 0
    private var opening = 0
    private var applicants = Fifo<Applicant>()
    private var isStopped = false
    /// The counters of the leases' health; the rest of it is looked up.
    private var counters = DatabaseHealth.Pool()
    /// Connections that were lost and not yet replaced.
    private var lost = 0

    init(
        loop: EventLoop, connector: Connector, canceller: Canceller, isUnreachable: @escaping () -> Bool
    ) {
        self.loop = loop
        self.connector = connector
        self.canceller = canceller
        self.isUnreachable = isUnreachable
        limit = max(1, connector.configuration.leasesPerLoop)
    }

    /// Waits for a connection, in the order of asking.
    /// - Throws: `overloaded` at once when too many wait, `unavailable` when none can be opened, `CancellationError`.
    func acquire() async throws -> Connection {
        let applicant = Applicant()
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                applicant.wait(continuation)
                apply(applicant)
            }
        } onCancel: {
            loop.execute { applicant.finish(.failure(CancellationError())) }
        }
    }

    private func apply(_ applicant: Applicant) {
        if applicants.count >= connector.configuration.leaseQueueLimit { applicants.removeAll { !$0.isWaiting } }
        guard !isStopped else { return applicant.finish(.failure(DatabaseError.closed)) }
        guard !idle.isEmpty || !isUnreachable() else {
            return applicant.finish(.failure(DatabaseError(.unavailable, "no connection to the database")))
        }
        guard applicants.count < connector.configuration.leaseQueueLimit else {
            counters.refused += 1
            return applicant.finish(
                .failure(DatabaseError(.overloaded, "too many transactions wait for a connection")))
        }
        applicants.append(applicant)
        serve()
        if applicant.isWaiting { counters.waits += 1 }
    }

    /// Takes a connection back. Only an idle one outside a transaction is used again.
    func release(_ connection: Connection) {
        guard !connection.isClosed else { return }
        guard connection.isReusable, !isStopped else {
            // What still runs would hold its locks until it is done.
            if !connection.isIdle { canceller.cancel(connection.process) }
            return connection.close(DatabaseError(.connectionLost, "left in the middle of a command"))
        }
        idle.append(connection)
        serve()
    }

    private func serve() {
        while !applicants.isEmpty, let connection = idle.popLast() {
            guard let applicant = nextApplicant() else {
                idle.append(connection)
                return
            }
            applicant.finish(.success(connection))
        }
        while opening < applicants.count, total < limit { open() }
    }

    private func nextApplicant() -> Applicant? {
        while let applicant = applicants.popFirst() {
            if applicant.isWaiting { return applicant }
        }
        return nil
    }

    private func open() {
        total += 1
        opening += 1
        connector.open(on: loop, statementTimeout: connector.configuration.leaseStatementTimeout) { [self] result in
            opening -= 1
            opened(result)
        }
    }

    private func opened(_ result: Result<OpenedConnection, DatabaseError>) {
        switch result {
        case .success(let opened):
            guard !isStopped else { return }
            let connection = Connection(opened, loop: loop)
            connection.delegate = self
            if lost > 0 {
                lost -= 1
                counters.reconnects += 1
            }
            idle.append(connection)
            serve()
        case .failure(let error):
            total -= 1
            counters.failedConnects += 1
            connector.logger.warning("cannot connect to the database", metadata: ["error": "\(error)"])
            nextApplicant()?.finish(.failure(error))
            // With nothing open or opening nobody would ever serve the others.
            if total == 0 { while let applicant = nextApplicant() { applicant.finish(.failure(error)) } }
        }
    }

    func connectionDidClose(_ connection: Connection, _ error: DatabaseError) {
        total -= 1
        lost += 1
        idle.removeAll { $0 === connection }
        if !isStopped { serve() }
    }

    var health: DatabaseHealth.Pool {
        var health = counters
        health.size = limit
        health.open = total - opening
        health.inUse = health.open - idle.count
        health.queued = applicants.count
        return health
    }

    func stop() {
        isStopped = true
        while let applicant = nextApplicant() { applicant.finish(.failure(DatabaseError.closed)) }
        for connection in idle { connection.close(.closed) }
    }
}
