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
    private var handshakeTimer: LoopTimer?
    private let onClose: (ServerConnection) -> Void
    /// Since when the connection has had no call; nil while it has one.
    private(set) var idleSince: UInt64?
    /// Place in the server's list of the loop.
    var place = 0

    /// States of leaving: *none*, *announcing* (first GOAWAY is queued), *announced* (it is out, a PING follows),
    /// *refusing* (the PING is answered, the final GOAWAY is queued).
    private enum Leaving { case none, announcing, announced, refusing }
    private var leaving = Leaving.none

    init(
        loop: EventLoop, socket: Socket, context: ServerContext, address: String,
        onClose: @escaping (ServerConnection) -> Void
    ) {
        self.context = context
        self.address = address
        self.onClose = onClose
        super.init(loop: loop, socket: socket)
    }

    override func start() {
        let timer = LoopTimer(loop: loop) { [unowned self] in
            close(Status(.unavailable, "the handshake took too long"))
        }
        timer.start(after: context.limits.handshakeTimeout)
        handshakeTimer = timer
        super.start()
    }

    override func makeSession() -> OpaquePointer? {
        if let tls = context.tls?.current, isRefused(by: tls) {
            close(Status(.unavailable, "the client's certificate was revoked during the handshake"))
            return nil
        }
        let identity = socket.tls?.peerIdentity()
        peer = Peer(
            certificateDigest: identity?.certificateDigest, subject: identity?.subject ?? "", address: address)
        let limits = context.limits
        var made: OpaquePointer?
        HTTP2.withOptions { options in
            nghttp2_option_set_no_closed_streams(options, 1)
            nghttp2_option_set_stream_reset_rate_limit(
                options, UInt64(limits.resetBurst), UInt64(limits.resetsPerSecond))
            nghttp2_session_server_new2(
                &made, HTTP2.callbacks, Unmanaged.passUnretained(self as HTTP2Connection).toOpaque(), options)
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
        idleSince = EventLoop.now
        return session
    }

    /// Whether newer certificate files than those the connection was made with refuse its client. Not asked before the
    /// handshake is over, because it is asked then.
    func isRefused(by newer: TLSContext) -> Bool {
        guard let tls = socket.tls, tls.isEstablished, tls.context !== newer else { return false }
        return newer.refusal(of: tls) != nil
    }

    // MARK: - Frames

    override func headersBegin(_ frame: nghttp2_frame) -> Int32 {
        guard frame.hd.type == UInt8(NGHTTP2_HEADERS.rawValue), frame.headers.cat == NGHTTP2_HCAT_REQUEST,
            let session, let peer
        else { return 0 }
        let call = ServerCall(loop: loop, context: context, peer: peer)
        add(call, id: frame.hd.stream_id)
        idleSince = nil
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
        if frame.hd.type == UInt8(NGHTTP2_GOAWAY.rawValue), leaving == .announcing { return announced() }
        let type = frame.hd.type
        guard type == UInt8(NGHTTP2_HEADERS.rawValue) || type == UInt8(NGHTTP2_DATA.rawValue),
            frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0,
            let stream = HTTP2.stream(session, frame.hd.stream_id)
        else { return }
        unsafeDowncast(stream, to: ServerCall.self).responseSent()
    }

    override func streamClosed(_ stream: MessageStream, _ code: UInt32) {
        super.streamClosed(stream, code)
        if streams.isEmpty { idleSince = EventLoop.now }
    }

    override func controlFrameArrived(_ frame: nghttp2_frame) {
        if frame.hd.type == UInt8(NGHTTP2_SETTINGS.rawValue), let timer = handshakeTimer {
            timer.close()
            handshakeTimer = nil
        }
        if frame.hd.type == UInt8(NGHTTP2_PING.rawValue), frame.hd.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0,
            leaving == .announced
        {
            refuseNewCalls()
        }
    }

    // MARK: - Leaving

    var isLeaving: Bool { leaving != .none }

    /// Begins a graceful end: a first GOAWAY that refuses nothing, and once the client has seen it (it answers
    /// the PING), a second one that names the last call taken on (RFC 9113 section 6.8). The connection closes
    /// when the calls on it have ended.
    func drain() {
        guard phase == .open, let session else { return close(Status(.unavailable, "the server is shutting down")) }
        guard leaving == .none else { return }
        leaving = .announcing
        nghttp2_submit_shutdown_notice(session)
        scheduleFlush()
    }

    /// Only now, because nghttp2 would send the PING before the GOAWAY.
    private func announced() {
        leaving = .announced
        nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
    }

    /// Begins an end that takes no further call, also of those that are on their way.
    func dismiss() {
        guard phase == .open else { return close(Status(.unavailable, "the connection is not wanted any more")) }
        guard leaving != .refusing else { return }
        refuseNewCalls()
    }

    private func refuseNewCalls() {
        guard let session else { return }
        leaving = .refusing
        nghttp2_submit_goaway(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(session),
            UInt32(NGHTTP2_NO_ERROR.rawValue), nil, 0)
        scheduleFlush()
    }

    override var isComplete: Bool { leaving == .refusing && streams.isEmpty }

    override func didClose(_ reason: Status) {
        handshakeTimer?.close()
        handshakeTimer = nil
        context.logger.debug("connection closed", metadata: ["peer": "\(address)", "reason": "\(reason.message)"])
        onClose(self)
    }
}
