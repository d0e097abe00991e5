internal import EventLoop
internal import Logging

/// Stops statements whose callers have gone, over a connection of its own. The protocol's way would be another, but
/// the library blocks on it and sends it in clear. Confined to its loop.
final class Canceller: ConnectionDelegate, @unchecked Sendable {  // confined to its loop
    private let loop: EventLoop
    private let connector: Connector
    private var connection: Connection?
    private var isOpening = false
    private var isStopped = false
    /// Those whose turn comes when the connection is open.
    private var waiting: [ServerProcess] = []
    /// Statements beyond this wait for their own timeouts.
    private static let limit = 256

    init(loop: EventLoop, connector: Connector) {
        self.loop = loop
        self.connector = connector
    }

    /// Cancels what a process runs, if it runs anything. Best effort: where it fails, the statement runs into its
    /// timeout. May be called from anywhere.
    func cancel(_ process: ServerProcess) {
        loop.execute { [self] in
            guard !isStopped, waiting.count < Canceller.limit else { return }
            waiting.append(process)
            serve()
        }
    }

    private func serve() {
        guard let connection, !connection.isClosed else { return open() }
        for process in waiting {
            // Numbers of processes are used again, on another server or after a restart of this one.
            let statement: SQL = """
                SELECT pg_cancel_backend(\(process.pid))
                WHERE pg_postmaster_start_time() = \(process.serverStart)::timestamptz
                """
            connection.send(Unit([statement], commits: false))
        }
        waiting = []
    }

    private func open() {
        guard !isOpening else { return }
        isOpening = true
        connector.open(on: loop, statementTimeout: connector.configuration.laneStatementTimeout, isPrivileged: true) {
            [self] result in
            isOpening = false
            guard !isStopped else { return }
            switch result {
            case .success(let opened):
                let connection = Connection(opened, loop: loop)
                connection.delegate = self
                self.connection = connection
                serve()
            case .failure(let error):
                connector.logger.warning("cannot cancel statements", metadata: ["error": "\(error)"])
                waiting = []
            }
        }
    }

    func connectionDidClose(_ connection: Connection, _ error: DatabaseError) { self.connection = nil }

    func stop() {
        isStopped = true
        connection?.close(.closed)
    }
}
