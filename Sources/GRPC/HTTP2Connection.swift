internal import CNGHTTP2
internal import EventLoop
internal import Glibc
internal import TLS

/// One HTTP/2 connection: moves bytes between the socket and the nghttp2 session, and events to its streams.
///
/// States: *securing* (TLS handshake), then *open*, then on the server *lingering* (all is written, and what the client
/// still sends is dropped), then *closed*. Confined to its loop. Server and client add their side of the protocol by
/// overriding.
class HTTP2Connection: LoopFlushable, @unchecked Sendable {  // confined to its loop
    enum Phase { case securing, open, lingering, closed }

    let loop: EventLoop
    let resources: LoopResources
    let socket: Socket
    private(set) var session: OpaquePointer?
    private(set) var phase = Phase.securing
    private var watch: FileWatch?

    /// Streams with a call on them; each knows its place here, so that removing one is O(1).
    private(set) var streams: [MessageStream] = []

    /// What the socket did not take. While there is some, nothing more is pulled from the session.
    private var backlog: [UInt8] = []
    private var backlogStart = 0
    private var isFlushScheduled = false
    private var isReadScheduled = false
    /// nghttp2 has a DATA frame at hand for which `LoopResources.output` lacks room.
    private var isOutputFull = false
    /// Depth of calls into nghttp2, during which the session must not be deleted.
    private var nesting = 0
    private var closeReason: Status?
    /// How the connection comes to its end; the first cause is the one that counts.
    private(set) var end: ConnectionEnd?
    /// The socket has an error, after what can still be read from it.
    private var isBroken = false
    /// Something has arrived since `takeSigns` was last asked.
    private var hasRead = false
    /// Ends the lingering of a connection whose peer does not close.
    private var lingering: LoopTimer?
    /// Bytes that were dropped meanwhile.
    private var dropped = 0

    /// Reads per turn before other connections get theirs.
    private static let readsPerTurn = 8
    /// How long, and for how many bytes, a connection lingers.
    private static let lingerTime = Duration.seconds(1)
    private static let lingerBytes = 1 << 20

    init(loop: EventLoop, socket: Socket) {
        assert(loop.isCurrent, "a connection is created on its loop")
        self.loop = loop
        self.socket = socket
        resources = LoopResources.of(loop)
    }

    deinit {
        if let session { nghttp2_session_del(session) }
    }

    // MARK: - For the server's and the client's side

    /// Creates the session and submits the first SETTINGS. Called once, after the TLS handshake.
    func makeSession() -> OpaquePointer? { nil }
    /// The connection can be used.
    func didOpen() {}
    /// Bytes have arrived: looks at them and passes them on to `feed`.
    /// - Returns: false when the connection is closed.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool { feed(bytes) }
    /// A HEADERS frame begins. Returns 0 or an nghttp2 error code.
    func headersBegin(_ frame: nghttp2_frame) -> Int32 { 0 }
    /// A HEADERS block is complete.
    func headersEnd(_ stream: MessageStream, _ frame: nghttp2_frame) {}
    /// The peer has half-closed the stream.
    func peerFinished(_ stream: MessageStream) {}
    /// A frame that concerns the connection as a whole has arrived.
    func controlFrameArrived(_ frame: nghttp2_frame) {}
    /// To be called by overriding functions.
    func frameSent(_ frame: nghttp2_frame) {
        if frame.hd.type == UInt8(NGHTTP2_GOAWAY.rawValue), frame.goaway.error_code != HTTP2.noError {
            blame(.protocolError)
        }
    }
    /// The library could not send a frame: it was too large, or its stream is gone.
    func frameNotSent(_ frame: nghttp2_frame) {}
    /// Nothing is left to do on the connection: it is closed once everything is written.
    var isComplete: Bool { false }
    /// Whether what was written has to reach the peer though this side closes first.
    var lingers: Bool { false }
    /// Called once, after every stream has been told.
    func didClose(_ reason: Status) {}

    // MARK: - Life

    /// Begins with the TLS handshake, if there is one.
    func start() {
        let watch = FileWatch(loop: loop, descriptor: socket.descriptor) { [unowned self] in ready($0) }
        self.watch = watch
        secure()
    }

    private func secure() {
        switch socket.handshake() {
        case .bytes: open()
        case .wantsRead: watch?.interest = .readable
        case .wantsWrite: watch?.interest = .writable
        case .closed:
            close(Status(.unavailable, "the connection was closed during the TLS handshake"), .handshakeFailed)
        case .failed: close(Status(.unavailable, socket.failureText), .handshakeFailed)
        }
    }

    private func open() {
        guard let session = makeSession() else {
            return close(Status(.internal, "cannot create an HTTP/2 session"), .handshakeFailed)
        }
        self.session = session
        phase = .open
        watch?.interest = .readable
        didOpen()
        scheduleFlush()
        // The first frames may have come with the last record of the handshake.
        if socket.tls != nil { readAll() }
    }

    private func ready(_ events: FileWatch.Events) {
        switch phase {
        case .securing: secure()
        case .open:
            // No further event will tell of a broken connection: what it still has is read now, up to the error.
            if events.contains(.failed) { isBroken = true }
            if isBroken || events.contains(.readable) { readAll() }
            if events.contains(.writable) { scheduleFlush() }
        case .lingering: events.contains(.failed) ? close(ConnectionEnd.peerLeft.status) : drop()
        case .closed: break
        }
    }

    /// Ends the connection now; inside a callback of nghttp2, right after it. All calls on it are told.
    func close(_ reason: Status, _ end: ConnectionEnd = .peerLeft) {
        guard phase != .closed else { return }
        blame(end)
        guard nesting == 0 else {
            closeReason = closeReason ?? reason
            return
        }
        if phase != .lingering { release(.closed, reason) }
        phase = .closed
        lingering?.close()
        lingering = nil
        watch?.close()
        watch = nil
        socket.close()
        didClose(reason)
    }

    /// Tells all streams, and lets go of what only an open connection needs.
    private func release(_ next: Phase, _ reason: Status) {
        phase = next
        let orphans = streams
        streams = []
        for stream in orphans { stream.disconnect(reason) }
        if let session { nghttp2_session_del(session) }
        session = nil
        backlog = []
    }

    /// Closes a connection on which everything is written. The kernel drops what the peer has not fetched yet when a
    /// socket is closed with bytes unread, or gets some afterwards, such as a late WINDOW_UPDATE: so the sending side
    /// is closed first, and the socket when the peer has closed too (as RFC 9112 section 9.6 has it for HTTP/1.1).
    private func finish(_ reason: Status) {
        guard lingers, phase == .open, nesting == 0, !isBlocked, socket.finishWriting() else {
            return close(reason)
        }
        blame(.peerLeft)
        release(.lingering, reason)
        watch?.interest = .readable
        let timer = LoopTimer(loop: loop) { [unowned self] in close(reason) }
        timer.start(after: HTTP2Connection.lingerTime)
        lingering = timer
    }

    private func drop() {
        for _ in 0..<HTTP2Connection.readsPerTurn {
            switch socket.readRaw(into: resources.input) {
            case .bytes(let count) where dropped < HTTP2Connection.lingerBytes: dropped += count
            case .wantsRead: return
            default: return close(ConnectionEnd.peerLeft.status)
            }
        }
    }

    private func closeIfAsked() {
        guard nesting == 0, let closeReason else { return }
        finish(closeReason)
    }

    private func blame(_ end: ConnectionEnd) { self.end = self.end ?? end }

    /// Sends what is queued, GOAWAY included, and closes; inside a callback of nghttp2, right after it.
    func terminate(_ end: ConnectionEnd, code: UInt32? = nil, _ reason: Status? = nil) {
        let reason = reason ?? end.status
        guard phase == .open, let session else { return close(reason, end) }
        blame(end)
        nghttp2_session_terminate_session(session, code ?? end.errorCode)
        closeReason = closeReason ?? reason
        guard nesting == 0 else { return }
        flushNow()
        if phase == .open { finish(reason) }
    }

    /// Whether anything has arrived since this was last asked.
    func takeSigns() -> Bool {
        defer { hasRead = false }
        return hasRead
    }

    // MARK: - Streams

    func add(_ stream: MessageStream, id: Int32) {
        stream.attach(self, id: id, slot: streams.count)
        streams.append(stream)
    }

    private func remove(_ stream: MessageStream) {
        let last = streams.removeLast()
        guard last !== stream else { return }
        streams[stream.slot] = last
        last.slot = stream.slot
    }

    func streamClosed(_ stream: MessageStream, _ code: UInt32) {
        remove(stream)
        stream.closed(code)
    }

    func dataArrived(_ id: Int32, _ chunk: UnsafeBufferPointer<UInt8>) {
        // The connection's window is credited on arrival: one stream whose handler is slow must not stop the others.
        nghttp2_session_consume_connection(session, chunk.count)
        guard let stream = HTTP2.stream(session, id) else { return }
        stream.dataArrived(chunk)
    }

    /// Gives stream window back to the peer.
    func credit(_ id: Int32, _ count: Int) {
        guard let session, count > 0 else { return }
        nghttp2_session_consume_stream(session, id, count)
        scheduleFlush()
    }

    func frameArrived(_ frame: nghttp2_frame) {
        let header = frame.hd
        guard header.stream_id != 0 else { return controlFrameArrived(frame) }
        let isHeaders = header.type == UInt8(NGHTTP2_HEADERS.rawValue)
        guard isHeaders || header.type == UInt8(NGHTTP2_DATA.rawValue),
            let stream = HTTP2.stream(session, header.stream_id)
        else { return }
        if isHeaders { headersEnd(stream, frame) }
        if header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0 { peerFinished(stream) }
    }

    func reset(_ id: Int32, _ code: UInt32) {
        guard let session else { return }
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code)
        scheduleFlush()
    }

    // MARK: - Reading

    private func readAll() {
        guard phase == .open else { return }
        for _ in 0..<HTTP2Connection.readsPerTurn {
            guard readOnce() else { return scheduleFlush() }
        }
        scheduleFlush()
        readOnInNextTurn()
    }

    /// - Returns: whether there may be more to read that no event announces.
    private func readOnce() -> Bool {
        let input = resources.input
        switch socket.read(into: input) {
        case .bytes(let count):
            hasRead = true
            let bytes = UnsafeRawBufferPointer(rebasing: input[..<count])
            return receive(bytes) && (isBroken || socket.mayHoldMore(after: count, of: input.count))
        case .wantsRead, .wantsWrite:
            if isBroken { close(Status(.unavailable, "the connection is lost")) }
            return false
        case .closed: close(Status(.unavailable, "the connection was closed by the peer"))
        case .failed: close(Status(.unavailable, "the connection is lost: " + socket.failureText))
        }
        return false
    }

    /// Bytes that OpenSSL has read ahead raise no event.
    private func readOnInNextTurn() {
        guard !isReadScheduled else { return }
        isReadScheduled = true
        loop.execute { [self] in
            isReadScheduled = false
            readAll()
        }
    }

    /// - Returns: false when the connection is closed.
    final func feed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        nesting += 1
        let code = nghttp2_session_mem_recv(
            session, bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes.count)
        nesting -= 1
        if code < 0 {
            let end = ConnectionEnd(ofLibraryError: Int32(code))
            close(Status(.internal, "HTTP/2: " + String(cString: nghttp2_strerror(Int32(code)))), end)
        } else if closeReason != nil {
            flushNow()
        }
        closeIfAsked()
        return phase == .open
    }

    // MARK: - Writing

    /// Asks for one flush at the end of this turn of the loop.
    func scheduleFlush() {
        guard !isFlushScheduled, phase == .open else { return }
        isFlushScheduled = true
        loop.flushLater(self)
    }

    func flush() {
        isFlushScheduled = false
        flushNow()
        guard phase == .open, let session else { return }
        guard !isBlocked, nghttp2_session_want_write(session) == 0 else { return }
        if isComplete || nghttp2_session_want_read(session) == 0 {
            finish(closeReason ?? Status(.unavailable, "the connection has ended"))
        }
    }

    private func flushNow() {
        guard phase == .open, drainBacklog(), let session else { return }
        resources.filled = 0
        repeat {
            isOutputFull = false
            var chunk: UnsafePointer<UInt8>?
            nesting += 1
            let count = nghttp2_session_mem_send(session, &chunk)
            nesting -= 1
            guard count >= 0 else {
                let end = ConnectionEnd(ofLibraryError: Int32(count))
                return close(Status(.internal, "HTTP/2: " + String(cString: nghttp2_strerror(Int32(count)))), end)
            }
            if count > 0, let chunk { append(UnsafeRawBufferPointer(start: chunk, count: count)) }
            // A count of 0 means that the session has nothing more, unless it waits for room.
            guard count > 0 || isOutputFull else { break }
            if isOutputFull || resources.filled >= LoopResources.outputThreshold {
                guard writeOutput(keeping: unfilledRecord) else { return closeIfAsked() }
            }
        } while true
        if resources.filled > 0 { _ = writeOutput() }
        closeIfAsked()
    }

    private func append(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count <= resources.output.count - resources.filled, "a frame is larger than agreed on")
        (resources.output.baseAddress! + resources.filled).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
        resources.filled += bytes.count
    }

    /// nghttp2 asks for one DATA frame: its header and `count` bytes of the stream's messages.
    func write(_ header: UnsafePointer<UInt8>, _ count: Int, of stream: MessageStream) -> Int32 {
        guard resources.filled + HTTP2.frameHeaderLength + count <= LoopResources.outputThreshold else {
            isOutputFull = true
            return Int32(NGHTTP2_ERR_WOULDBLOCK.rawValue)
        }
        append(UnsafeRawBufferPointer(start: header, count: HTTP2.frameHeaderLength))
        stream.moveOut(count, to: resources.output.baseAddress! + resources.filled)
        resources.filled += count
        return 0
    }

    /// Bytes of the output that would not fill a TLS record: a frame of the usual size and its header are nine bytes
    /// longer than a record, and a record of the rest would cost as much as a whole one.
    private var unfilledRecord: Int { socket.tls == nil ? 0 : resources.filled % TLSConnection.maximumRecord }

    /// - Parameter tail: bytes that stay, for what follows at once.
    /// - Returns: false when the socket takes no more for now, or the connection is closed.
    private func writeOutput(keeping tail: Int = 0) -> Bool {
        let filled = resources.filled
        let count = filled - tail
        let written = write(UnsafeRawBufferPointer(rebasing: resources.output[..<count]))
        guard written == count, !socket.hasUnsent else {
            resources.filled = 0
            if phase == .open { backlog = Array(resources.output[written..<filled]) }
            return false
        }
        if tail > 0 {
            resources.output.baseAddress!.copyMemory(from: resources.output.baseAddress! + count, byteCount: tail)
        }
        resources.filled = tail
        return true
    }

    /// The socket has to be waited for.
    private var isBlocked: Bool { !backlog.isEmpty || socket.hasUnsent }

    private func drainBacklog() -> Bool {
        guard isBlocked else { return true }
        // Taken out while it is written, because a failing write closes the connection and clears it.
        let bytes = backlog
        let written = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[backlogStart...])) }
        guard phase == .open else { return false }
        backlogStart += written
        guard backlogStart == bytes.count, !socket.hasUnsent else { return false }
        backlog = []
        backlogStart = 0
        watch?.interest = .readable
        return true
    }

    /// - Returns: how many bytes the socket took. It waits to be writable when that is not all.
    private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        var written = 0
        repeat {
            switch socket.write(UnsafeRawBufferPointer(rebasing: bytes[written...])) {
            case .bytes(let count): written += count
            case .wantsRead, .wantsWrite:
                watch?.interest = [.readable, .writable]
                return written
            case .closed, .failed:
                close(Status(.unavailable, "the connection is lost: " + socket.failureText))
                return written
            }
        } while written < bytes.count
        if socket.hasUnsent { watch?.interest = [.readable, .writable] }
        return written
    }
}
