internal import CNGHTTP2
internal import EventLoop
internal import Logging
internal import TLS

/// The server's side of one connection.
final class ServerConnection: HTTP2Connection, @unchecked Sendable {  // confined to its loop
    private let context: ServerContext
    private let address: String
    /// Who the client is; nil before the handshake is over.
    private(set) var peer: Peer?
    private let onClose: (ServerConnection) -> Void
    /// Place in the server's list of the loop.
    var place = 0

    private var conduct: PeerConduct
    private var life: ConnectionLife
    /// There has been a call since time was last looked at.
    private var hadCall = false

    init(
        loop: EventLoop, socket: Socket, context: ServerContext, address: String,
        onClose: @escaping (ServerConnection) -> Void
    ) {
        self.context = context
        self.address = address
        self.onClose = onClose
        conduct = PeerConduct(context.limits)
        life = ConnectionLife(context.limits, now: EventLoop.now, spread: Int.random(in: -100...100))
        super.init(loop: loop, socket: socket)
    }

    override func makeSession() -> OpaquePointer? {
        if let tls = context.tls?.current, isRefused(by: tls) {
            close(
                Status(.unavailable, "the client's certificate was revoked during the handshake"), .certificateRefused)
            return nil
        }
        let identity = socket.tls?.peerIdentity()
        peer = Peer(
            certificateDigest: identity?.certificateDigest, subject: identity?.subject ?? "", address: address)
        let limits = context.limits
        var made: OpaquePointer?
        HTTP2.withOptions { options in
            // `conduct` knows of closed streams what has to be known.
            nghttp2_option_set_no_closed_streams(options, 1)
            // `conduct` counts resets; the library's own limit, which nobody counts, comes after it.
            nghttp2_option_set_stream_reset_rate_limit(
                options, UInt64(limits.resetBurst) + 1, UInt64(limits.resetsPerSecond) + 1)
            FrameBuffers.withAllocator { allocator in
                _ = nghttp2_session_server_new3(
                    &made, HTTP2.callbacks, Unmanaged.passUnretained(self as HTTP2Connection).toOpaque(), options,
                    allocator)
            }
        }
        guard let session = made else { return nil }
        let settings = [
            HTTP2.setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.maximumStreams),
            HTTP2.setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindow),
            HTTP2.setting(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.maximumHeaderBytes),
        ]
        nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
        nghttp2_session_set_local_window_size(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(clamping: limits.connectionWindow))
        return session
    }

    /// Whether newer certificate files than those the connection was made with refuse its client. Not asked before the
    /// handshake is over, because it is asked then.
    func isRefused(by newer: TLSContext) -> Bool {
        guard let tls = socket.tls, tls.isEstablished, tls.context !== newer else { return false }
        return newer.refusal(of: tls) != nil
    }

    // MARK: - Frames

    override func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var looked = 0
        var fed = 0
        while let (frame, verdict) = conduct.look(at: bytes, &looked, now: { EventLoop.now }) {
            // All before the frame still counts.
            let start = max(fed, looked - HTTP2.frameHeaderLength)
            guard start == fed || feed(UnsafeRawBufferPointer(rebasing: bytes[fed..<start])) else { return false }
            fed = start
            switch verdict {
            case .usual: break
            case .suspect(let code):
                guard nghttp2_session_find_stream(session, frame.stream) == nil else { continue }
                terminate(.protocolError, code: code)
                return false
            case .flood(let end):
                terminate(end)
                return false
            }
        }
        return feed(UnsafeRawBufferPointer(rebasing: bytes[fed...]))
    }

    override func headersBegin(_ frame: nghttp2_frame) -> Int32 {
        guard frame.hd.type == UInt8(NGHTTP2_HEADERS.rawValue), frame.headers.cat == NGHTTP2_HCAT_REQUEST,
            let session, let peer
        else { return 0 }
        let call = ServerCall(loop: loop, context: context, peer: peer)
        add(call, id: frame.hd.stream_id)
        hadCall = true
        // The list of streams holds the call until the stream is closed.
        nghttp2_session_set_stream_user_data(
            session, frame.hd.stream_id, Unmanaged.passUnretained(call as MessageStream).toOpaque())
        return 0
    }

    override func headersEnd(_ stream: MessageStream, _ frame: nghttp2_frame) {
        unsafeDowncast(stream, to: ServerCall.self).headersEnd()
    }

    override func peerFinished(_ stream: MessageStream) {
        unsafeDowncast(stream, to: ServerCall.self).peerFinished()
    }

    override func frameSent(_ frame: nghttp2_frame) {
        switch nghttp2_frame_type(rawValue: UInt32(frame.hd.type)) {
        case NGHTTP2_HEADERS, NGHTTP2_DATA:
            conduct.callWasServed()
            guard frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0,
                let stream = HTTP2.stream(session, frame.hd.stream_id)
            else { return }
            unsafeDowncast(stream, to: ServerCall.self).responseSent()
        case NGHTTP2_RST_STREAM where ServerConnection.isProvoked(frame.rst_stream.error_code):
            if case .flood(let end) = conduct.resetWasProvoked(now: EventLoop.now) { terminate(end) }
        case NGHTTP2_GOAWAY:
            super.frameSent(frame)
            perform(life.goAwaySent())
        default: break
        }
    }

    /// Without its headers or trailers a call would never end for the client.
    override func frameNotSent(_ frame: nghttp2_frame) {
        guard frame.hd.type == UInt8(NGHTTP2_HEADERS.rawValue), HTTP2.stream(session, frame.hd.stream_id) != nil
        else { return }
        reset(frame.hd.stream_id, UInt32(NGHTTP2_INTERNAL_ERROR.rawValue))
    }

    /// Whether a stream was reset for what the client has sent, and not by a call that ended.
    private static func isProvoked(_ code: UInt32) -> Bool {
        code != HTTP2.noError && code != UInt32(NGHTTP2_CANCEL.rawValue)
    }

    override func controlFrameArrived(_ frame: nghttp2_frame) {
        switch nghttp2_frame_type(rawValue: UInt32(frame.hd.type)) {
        case NGHTTP2_SETTINGS: life.settingsArrived()
        case NGHTTP2_PING where frame.hd.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0:
            let data = frame.ping.opaque_data
            // The two PINGs differ in their first byte.
            if data.0 == ServerConnection.pingForEnd { perform(life.pingAnswered()) }
        default: break
        }
    }

    // MARK: - Life and end

    private static let pingForEnd: UInt8 = 1
    private static let pingForLife: UInt8 = 2

    var isLeaving: Bool { life.isLeaving }

    /// Begins a graceful end: a first GOAWAY that refuses nothing, and once the client has seen it, a second one that
    /// names the last call taken on. The connection closes when the calls on it have ended.
    func drain() {
        if phase == .lingering { return }
        guard phase == .open else { return close(ConnectionEnd.shutdown.status, .shutdown) }
        perform(life.drain())
    }

    /// Begins an end that takes no further call, also of those that are on their way.
    func dismiss() {
        if phase == .lingering { return }
        guard phase == .open else {
            return close(Status(.unavailable, "the connection is not wanted any more"), .certificateRefused)
        }
        perform(life.dismiss())
    }

    /// Looks at the time, and does what is due.
    func look(at now: UInt64) {
        if phase == .lingering { return }
        let hasCalls = hadCall || !streams.isEmpty
        hadCall = false
        perform(
            life.timePassed(
                now, context.limits, hasCalls: hasCalls, hasRead: takeSigns(),
                isInsideHeaders: conduct.isInsideHeaders))
    }

    private func perform(_ action: ConnectionLife.Action?) {
        guard let action else { return }
        if case .end(let end) = action { return terminate(end) }
        guard let session else { return }
        switch action {
        case .announce: nghttp2_submit_shutdown_notice(session)
        case .pingForEnd: ping(session, ServerConnection.pingForEnd)
        case .pingForLife: ping(session, ServerConnection.pingForLife)
        case .refuse:
            nghttp2_submit_goaway(
                session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(session),
                HTTP2.noError, nil, 0)
        case .end: break
        }
        scheduleFlush()
    }

    private func ping(_ session: OpaquePointer, _ mark: UInt8) {
        let data: [UInt8] = [mark, 0, 0, 0, 0, 0, 0, 0]
        nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), data)
    }

    override var isComplete: Bool { life.state == .refusing && streams.isEmpty }

    override var lingers: Bool { true }

    override func didClose(_ reason: Status) {
        context.logger.debug("connection closed", metadata: ["peer": "\(address)", "reason": "\(reason.message)"])
        onClose(self)
    }
}
