internal import Dispatch
internal import Synchronization

extension Database {
    /// Refuses a pooler in transaction mode (PgBouncer's `pool_mode = transaction`) instead of failing here and there
    /// later: statements are prepared once for each connection, the role and other settings belong to the session, and
    /// so does `LISTEN`. Session mode works.
    func refuseTransactionPooling() async throws {
        let connector = connector
        guard connector.findings.isPooled.load(ordering: .relaxed) else { return }
        let isShared = try await withUnsafeThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try connector.sharesProcesses() }) }
        }
        guard isShared else { return }
        throw DatabaseError.misuse(
            "a pooler in transaction mode is not supported, since prepared statements, the session's role and LISTEN "
                + "need a session: set pool_mode = session")
    }
}

extension Connector {
    /// Whether two idle sessions are served by one process.
    func sharesProcesses() throws(DatabaseError) -> Bool {
        let first = try connect(configuration.laneStatementTimeout, role: nil)
        let second = try connect(configuration.laneStatementTimeout, role: nil)
        // Somebody else's transaction may take the process that both would share: seldom every time.
        for _ in 0..<3 {
            let processes = (try first.currentProcess(), try second.currentProcess())
            if processes.0 == processes.1 { return true }
        }
        return false
    }
}

extension OpenedConnection {
    fileprivate func currentProcess() throws(DatabaseError) -> ServerProcess {
        try withHandle(Connector.serverProcess)
    }
}
