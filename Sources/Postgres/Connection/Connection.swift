internal import CLibPQ
internal import EventLoop
internal import Glibc
internal import Logging

/// Owner of a `Connection`, told what happens on it. Called on the loop.
protocol ConnectionDelegate: AnyObject {
    /// Units were answered; there is room for others.
    func connectionHasRoom(_ connection: Connection)
    /// The connection is closed; every unit was failed.
    func connectionDidClose(_ connection: Connection, _ error: DatabaseError)
    /// Whether units that left nothing behind, and failed through no fault of theirs, are to be sent again.
    var sendsAgain: Bool { get }
    /// Such a unit, ready to be sent.
    func connection(_ connection: Connection, didAbort unit: Unit)
    /// A statement ran into the connection's time limit.
    func connection(_ connection: Connection, didTimeOut statement: SQL)
    /// Somebody sent a NOTIFY.
    func connection(_ connection: Connection, didReceive notification: DatabaseNotification)
}

extension ConnectionDelegate {
    var sendsAgain: Bool { false }
    func connectionHasRoom(_ connection: Connection) {}
    func connection(_ connection: Connection, didTimeOut statement: SQL) {}
    func connection(_ connection: Connection, didAbort unit: Unit) {
        unit.finish(.misuse("a shared unit on a connection that is not a lane"))
    }
    func connection(_ connection: Connection, didReceive notification: DatabaseNotification) {}
}

/// One session with the server, driven by a loop: units in pipeline mode, or one direct command (`COPY`, scripts).
/// Confined to its loop.
final class Connection: LoopFlushable, @unchecked Sendable {  // confined to its loop
    enum Mode { case pipeline, direct }

    /// Reads from the socket in one turn of the loop, some kilobytes each: who else is on the loop waits so long.
    private static let maximumReads = 64

    let loop: EventLoop
    let handle: OpaquePointer
    let process: ServerProcess
    private let notices: NoticeSink
    private var watch: FileWatch?
    weak var delegate: (any ConnectionDelegate)?

    private(set) var isClosed = false
    private var isFlushScheduled = false
    var mode = Mode.pipeline
    /// Whether the server's data is taken from the socket; off while more has come than the reader of a `COPY` wants.
    var isReading = true { didSet { if isReading != oldValue { updateInterest() } } }
    private var hasUnsent = false
    /// Whether shared units were sent whose transaction has no end yet.
    var isSharing = false
    /// Cancellations asked for that have not struck yet, as far as we know.
    var cancellations = 0
    /// Whether the server has become a standby, so that another one has to be looked for.
    var isStale = false

    var cache = StatementCache()
    let arrays = ParameterArrays()
    var inFlight = Fifo<Unit>()
    var direct = DirectCommand()

    init(_ opened: OpenedConnection, loop: EventLoop) {
        self.loop = loop
        process = opened.process
        (handle, notices) = opened.take()
        PQsetnonblocking(handle, 1)
        PQenterPipelineMode(handle)
        watch = FileWatch(loop: loop, descriptor: PQsocket(handle)) { [weak self] in self?.ready($0) }
        updateInterest()
    }

    deinit { if !isClosed { PQfinish(handle) } }

    // MARK: - The socket

    private func ready(_ events: FileWatch.Events) {
        // What happens below may let go of the last reference.
        withExtendedLifetime(self) {
            if events.contains(.failed) || (events.contains(.readable) && !receive()) {
                // Answers that arrived before the end still count; the last of them may have closed the connection.
                take()
                guard !isClosed else { return }
                return close(DatabaseError(.connectionLost, connection: handle))
            }
            if events.contains(.writable) { flush() }
            if events.contains(.readable) { take() }
        }
    }

    /// Takes in what the server has sent. Of a long answer the library would read a few kilobytes in each turn of the
    /// loop, and the server would wait for the loop instead of working on the rest.
    private func receive() -> Bool {
        var rounds = 0
        repeat {
            guard PQconsumeInput(handle) == 1 else { return false }
            rounds += 1
        } while rounds < Connection.maximumReads && mode == .pipeline && PQisBusy(handle) == 1 && hasMore
        return true
    }

    /// Whether the socket has more to read.
    private var hasMore: Bool {
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        return poll(&socket, 1, 0) > 0
    }

    /// Reads what the socket has, without waiting; for who is on the loop anyway.
    /// - Throws: the end of the connection.
    func readMore() throws(DatabaseError) {
        guard PQconsumeInput(handle) == 0 else { return }
        let error = DatabaseError(.connectionLost, connection: handle)
        close(error)
        throw direct.failure ?? error
    }

    private func take() {
        guard !isClosed else { return }
        mode == .pipeline ? takeResults() : takeDirect()
        if !isClosed { takeNotifications() }
    }

    private func takeNotifications() {
        while let notification = PQnotifies(handle) {
            let payload = String(cString: notification.pointee.extra)
            let channel = String(cString: notification.pointee.relname)
            PQfreemem(notification)
            delegate?.connection(self, didReceive: DatabaseNotification(channel: channel, payload: payload))
        }
    }

    func flushSoon() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        loop.flushLater(self)
    }

    /// Gives what the library holds back to the socket; the rest waits until the socket takes more.
    func flush() {
        isFlushScheduled = false
        if isSharing, !isClosed { endSharing() }
        guard !isClosed else { return }
        let left = PQflush(handle)
        guard left >= 0 else { return close(DatabaseError(.connectionLost, connection: handle)) }
        hasUnsent = left > 0
        updateInterest()
        if !hasUnsent { direct.wakeWriter() }
    }

    /// Whether the socket did not take everything yet.
    var isCongested: Bool { hasUnsent }

    private func updateInterest() {
        // Unsent data can be stuck behind unread data, so reading never stops while there is some.
        var interest: FileWatch.Events = isReading || hasUnsent ? .readable : []
        if hasUnsent { interest.insert(.writable) }
        watch?.interest = interest
    }

    // MARK: - The end

    /// Closes the connection and fails everything that waits on it.
    func close(_ error: DatabaseError) {
        guard !isClosed else { return }
        isClosed = true
        watch?.close()
        watch = nil
        PQfinish(handle)
        failUnits(error)
        direct.fail(error)
        delegate?.connectionDidClose(self, error)
    }
}
