internal import EventLoop
internal import Logging

/// What happens to somebody who listens.
public enum ListenEvent: Sendable, Equatable {
    /// Listening has begun, at first or anew after the connection was lost: notifications may have been missed, so
    /// whatever is kept in memory because of them must be dropped.
    case mayHaveMissed
    case notification(DatabaseNotification)
}

/// A subscription to channels (`LISTEN`) on a connection of its own, which is opened anew whenever it ends.
public final class Listener: ConnectionDelegate, @unchecked Sendable {  // confined to its loop
    private let loop: EventLoop
    private let connector: Connector
    private let channels: [String]
    private let handler: @Sendable (ListenEvent) -> Void
    private var backoff: Backoff
    private var timer: LoopTimer?
    private var connection: Connection?
    private var isStopped = false

    init(
        loop: EventLoop, connector: Connector, channels: [String], handler: @escaping @Sendable (ListenEvent) -> Void
    ) {
        self.loop = loop
        self.connector = connector
        self.channels = channels
        self.handler = handler
        backoff = Backoff(
            first: connector.configuration.firstRetryDelay, cap: connector.configuration.maximumRetryDelay)
    }

    func start() {
        loop.execute { self.connect() }
    }

    /// Ends the subscription; no event comes after the loop has seen it.
    public func stop() {
        loop.execute { [self] in
            isStopped = true
            timer?.close()
            connection?.close(.closed)
        }
    }

    private func connect() {
        guard !isStopped else { return }
        connector.open(on: loop, statementTimeout: .zero) { [self] result in
            guard !isStopped else { return }
            switch result {
            case .success(let opened): listen(Connection(opened, loop: loop))
            case .failure(let error): retryLater(error)
            }
        }
    }

    private func listen(_ connection: Connection) {
        connection.delegate = self
        self.connection = connection
        loop.spawn { [self] in
            do {
                _ = try await connection.run(channels.map { "LISTEN \(SQL.identifier($0))" }, isCancellable: false)
                backoff.reset()
                if !isStopped { handler(.mayHaveMissed) }
            } catch {
                // Closing brings the next attempt.
                connection.close(DatabaseError(.connectionLost, "cannot listen: \(error)"))
            }
        }
    }

    private func retryLater(_ error: DatabaseError) {
        connector.logger.warning("cannot listen for notifications", metadata: ["error": "\(error)"])
        var generator = SystemRandomNumberGenerator()
        timer?.close()
        timer = LoopTimer(loop: loop) { [weak self] in self?.connect() }
        timer?.start(after: backoff.next(using: &generator))
    }

    func connectionDidClose(_ connection: Connection, _ error: DatabaseError) {
        self.connection = nil
        if !isStopped { retryLater(error) }
    }

    func connection(_ connection: Connection, didReceive notification: DatabaseNotification) {
        if !isStopped { handler(.notification(notification)) }
    }
}

extension Database {
    /// Listens on channels until the listener is stopped or the database is shut down.
    /// - Parameter handler: called on the first loop, in the order of events. It begins with `mayHaveMissed`.
    public func listen(_ channels: [String], _ handler: @escaping @Sendable (ListenEvent) -> Void) -> Listener {
        let listener = Listener(loop: firstLoop, connector: connector, channels: channels, handler: handler)
        keep(listener)
        listener.start()
        return listener
    }
}
