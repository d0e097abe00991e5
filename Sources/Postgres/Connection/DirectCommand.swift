internal import CLibPQ
internal import EventLoop

/// A task that waits for something on a connection; whoever comes first resumes it.
final class Waiter: @unchecked Sendable {  // confined to its loop
    private var continuation: UnsafeContinuation<Void, any Error>?

    func wait(_ continuation: UnsafeContinuation<Void, any Error>) { self.continuation = continuation }

    func resume(_ error: (any Error)? = nil) {
        guard let continuation else { return }
        self.continuation = nil
        if let error { continuation.resume(throwing: error) } else { continuation.resume() }
    }
}

/// The command that runs on a connection outside pipeline mode: a script, or a `COPY`.
struct DirectCommand {
    /// `idle` → `running` → `copyIn` or `copyOut` → `running` → `idle`; a script knows
    /// only `running`.
    enum Phase: Equatable {
        case idle, running, copyIn
        case copyOut(isBinary: Bool)
    }

    /// What a task waits for.
    enum Wish { case answer, data, room }

    var phase = Phase.idle
    /// The first error of the command.
    var failure: DatabaseError?
    /// Rows the last command touched.
    var affected = 0
    private var waiter: Waiter?
    private var wish = Wish.answer

    mutating func wait(for wish: Wish, _ waiter: Waiter) {
        self.wish = wish
        self.waiter = waiter
    }

    /// - Returns: whether somebody waited for it.
    @discardableResult
    mutating func wake(_ fulfilled: Wish) -> Bool {
        guard wish == fulfilled, let waiter else { return false }
        self.waiter = nil
        waiter.resume()
        return true
    }

    mutating func wakeWriter() { wake(.room) }

    mutating func fail(_ error: DatabaseError) {
        failure = failure ?? error
        guard let waiter else { return }
        self.waiter = nil
        waiter.resume(failure)
    }
}

extension Connection {
    /// Whether nothing is under way, so that the next command may come.
    var isIdle: Bool { !isClosed && inFlight.isEmpty && direct.phase == .idle }

    /// Suspends the task until the wish is fulfilled or the connection ends.
    /// - Throws: `CancellationError` at once when the task is cancelled; what runs, runs on.
    func wait(for wish: DirectCommand.Wish) async throws {
        if let failure = direct.failure, isClosed { throw failure }
        let waiter = Waiter()
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                waiter.wait(continuation)
                direct.wait(for: wish, waiter)
            }
        } onCancel: {
            loop.execute { waiter.resume(CancellationError()) }
        }
    }

    /// Sends text by the simple protocol and waits until it is done or a `COPY` has begun.
    func startDirect(_ text: String) async throws {
        guard isIdle, mode == .direct || PQexitPipelineMode(handle) == 1 else {
            throw DatabaseError.misuse("another command is under way in this transaction")
        }
        guard !text.utf8.contains(0) else { throw DatabaseError.misuse("a zero byte in a statement") }
        mode = .direct
        direct.phase = .running
        direct.failure = nil
        direct.affected = 0
        guard PQsendQuery(handle, text) == 1 else {
            let error = DatabaseError(.connectionLost, connection: handle)
            close(error)
            throw error
        }
        flushSoon()
        try await wait(for: .answer)
        if direct.phase == .idle { try endDirect() }
    }

    /// Returns to pipeline mode.
    /// - Throws: the command's error, if it had one.
    func endDirect() throws {
        guard !isClosed else { throw direct.failure ?? .closed }
        guard PQenterPipelineMode(handle) == 1 else { throw DatabaseError.misuse("a command is still under way") }
        mode = .pipeline
        if let failure = direct.failure { throw failure }
    }

    /// Takes what has arrived outside pipeline mode.
    func takeDirect() {
        switch direct.phase {
        case .running: takeDirectResults()
        // Who reads no further slows the server down, instead of having its rows pile up here.
        case .copyOut: if !direct.wake(.data) { isReading = false }
        case .idle, .copyIn: break
        }
    }

    private func takeDirectResults() {
        while !isClosed, direct.phase == .running, PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                guard PQstatus(handle) == CONNECTION_OK else {
                    return close(direct.failure ?? DatabaseError(.connectionLost, connection: handle))
                }
                direct.phase = .idle
                break
            }
            defer { PQclear(result) }
            takeDirect(result)
        }
        if direct.phase != .running { direct.wake(.answer) }
    }

    private func takeDirect(_ result: OpaquePointer) {
        switch PQresultStatus(result) {
        case PGRES_COPY_IN: direct.phase = .copyIn
        case PGRES_COPY_OUT: direct.phase = .copyOut(isBinary: PQbinaryTuples(result) == 1)
        case PGRES_COPY_BOTH: close(.misuse("replication is not supported"))
        case PGRES_FATAL_ERROR:
            let error = DatabaseError(result: result)
            direct.failure = direct.failure ?? error
            if DatabaseError.endsSession(result) || PQstatus(handle) != CONNECTION_OK { close(.connectionLost(error)) }
        default: direct.affected = Int(String(cString: PQcmdTuples(result))) ?? direct.affected
        }
    }
}
