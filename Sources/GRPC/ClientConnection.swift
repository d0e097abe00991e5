internal import CNGHTTP2
internal import EventLoop
internal import TLS

/// The client's side of one connection.
final class ClientConnection: HTTP2Connection, @unchecked Sendable {  // confined to its loop
    /// What happens to a connection over its life, in this order; each at most once, `.closed` always.
    enum Event {
        /// The server has sent its SETTINGS: calls can begin.
        case ready
        /// The server takes no more calls (GOAWAY).
        case leaving
        case closed(Status, TLSError?)
    }

    private let configuration: ClientConfiguration
    private let onEvent: (ClientConnection, Event) -> Void
    private(set) var isReady = false
    private var isLeaving = false
    private let authority: [UInt8]
    private var silence: Silence?
    private var keepalive: LoopTimer?

    init(
        loop: EventLoop, socket: Socket, configuration: ClientConfiguration,
        onEvent: @escaping (ClientConnection, Event) -> Void
    ) {
        self.configuration = configuration
        self.onEvent = onEvent
        let host = configuration.tls?.serverName ?? configuration.host
        authority = Array(
            (host.contains(":") ? "[\(host)]:\(configuration.port)" : "\(host):\(configuration.port)").utf8)
        super.init(loop: loop, socket: socket)
    }

    override func makeSession() -> OpaquePointer? {
        var made: OpaquePointer?
        _ = HTTP2.withOptions { options in
            FrameBuffers.withAllocator { allocator in
                nghttp2_session_client_new3(
                    &made, HTTP2.callbacks, Unmanaged.passUnretained(self as HTTP2Connection).toOpaque(), options,
                    allocator)
            }
        }
        guard let session = made else { return nil }
        let settings = [
            HTTP2.setting(NGHTTP2_SETTINGS_ENABLE_PUSH, 0),
            HTTP2.setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, configuration.streamWindow),
            HTTP2.setting(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, configuration.maximumHeaderBytes),
        ]
        nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
        nghttp2_session_set_local_window_size(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(clamping: configuration.connectionWindow))
        return session
    }

    /// Begins a call.
    /// - Returns: false when the connection has no stream left for it, and another one is needed.
    func begin(_ call: OutgoingCall) -> Bool {
        guard phase == .open, !isLeaving, let session else { return false }
        var source = nghttp2_data_provider()
        let reference = Unmanaged.passUnretained(call as MessageStream).toOpaque()
        source.source.ptr = reference
        source.read_callback = HTTP2.readCallback
        guard let headers = requestHeaders(call) else {
            call.fail(
                Status(.resourceExhausted, "the metadata is over the limit of \(HeaderBlock.maximumBytes) bytes"))
            return true
        }
        let id = headers.withFields {
            nghttp2_submit_request(session, nil, $0.baseAddress, $0.count, &source, reference)
        }
        guard id > 0 else { return false }
        add(call, id: id)
        scheduleFlush()
        return true
    }

    /// Nil when they are too long to be sent.
    private func requestHeaders(_ call: OutgoingCall) -> HeaderBlock? {
        var block = HeaderBlock()
        block.add(":method", "POST")
        block.add(":scheme", configuration.tls == nil ? "http" : "https")
        block.add(":path", call.method.path.utf8)
        block.add(":authority", authority)
        block.add("te", "trailers")
        block.add("content-type", "application/grpc")
        block.add("user-agent", "allmende-grpc/1")
        block.add("grpc-accept-encoding", MessageEncoding.accepted)
        if call.options.compressesRequests { block.add("grpc-encoding", "gzip") }
        if let deadline = call.deadline {
            let now = EventLoop.now
            block.add("grpc-timeout", Timeout.encode(nanoseconds: deadline > now ? deadline - now : 0))
        }
        if let trace = call.trace {
            block.add("traceparent", trace.traceparent)
            if !trace.state.isEmpty { block.add("tracestate", trace.state.utf8) }
        }
        return block.add(call.options.metadata) ? block : nil
    }

    // MARK: - Keepalive

    override func didOpen() {
        guard let interval = configuration.keepaliveInterval else { return }
        let timer = LoopTimer(loop: loop) { [unowned self] in look(interval) }
        let shortest = max(min(interval, configuration.keepaliveTimeout) / 4, .milliseconds(1))
        timer.start(after: shortest, every: shortest)
        keepalive = timer
    }

    private func look(_ interval: Duration) {
        let hasSign = takeSigns()
        // Nobody waits for a server without calls; the silence begins with the next one.
        guard !streams.isEmpty, let session else {
            silence = nil
            return
        }
        let now = EventLoop.now
        var watch = silence ?? Silence(now: now)
        let action = watch.timePassed(
            now, hasSign: hasSign, interval: interval, timeout: configuration.keepaliveTimeout)
        silence = watch
        switch action {
        case .ping:
            nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
            scheduleFlush()
        case .giveUp: terminate(.keepaliveTimeout, Status(.unavailable, "the server does not answer any more"))
        case nil: break
        }
    }

    // MARK: - Frames

    override func frameSent(_ frame: nghttp2_frame) {
        super.frameSent(frame)
        guard frame.hd.type == UInt8(NGHTTP2_HEADERS.rawValue), let stream = HTTP2.stream(session, frame.hd.stream_id)
        else { return }
        unsafeDowncast(stream, to: OutgoingCall.self).hasLeft = true
    }

    override func headersEnd(_ stream: MessageStream, _ frame: nghttp2_frame) {
        let isLast = frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        unsafeDowncast(stream, to: OutgoingCall.self).headersEnd(isLast: isLast)
    }

    override func peerFinished(_ stream: MessageStream) {
        unsafeDowncast(stream, to: OutgoingCall.self).peerFinished()
    }

    override func controlFrameArrived(_ frame: nghttp2_frame) {
        switch frame.hd.type {
        case UInt8(NGHTTP2_SETTINGS.rawValue) where !isReady:
            isReady = true
            onEvent(self, .ready)
        case UInt8(NGHTTP2_GOAWAY.rawValue): leave()
        default: break
        }
    }

    /// Takes no more calls; the connection closes when those on it have ended.
    func leave() {
        guard !isLeaving else { return }
        isLeaving = true
        scheduleFlush()
        onEvent(self, .leaving)
    }

    override var isComplete: Bool { isLeaving && streams.isEmpty }

    override func streamClosed(_ stream: MessageStream, _ code: UInt32) {
        super.streamClosed(stream, code)
        if isLeaving { scheduleFlush() }
    }

    override func didClose(_ reason: Status) {
        keepalive?.close()
        keepalive = nil
        onEvent(self, .closed(reason, socket.tls?.failure))
    }
}
