internal import CNGHTTP2
internal import EventLoop

/// One call as its handler sees it. Confined to its loop, on which the handler's task runs.
///
/// The peer's cancellation, a lost connection and the deadline cancel the handler's task.
public final class ServerCall: MessageStream, @unchecked Sendable {  // confined to its loop
    /// States of the response: *idle*, then *headers* once they are submitted, then *done* with the status.
    private enum Response { case idle, headers, done }

    private let context: ServerContext
    public let peer: Peer
    private var head = RequestHead()
    private var response = Response.idle
    private var isBegun = false
    private var hasPeerFinished = false
    /// The HTTP status that is answered when the request is complete.
    private var refusal: Int?
    private var status: Status?
    private var task: Task<Void, Never>?
    private let began: UInt64
    /// The trace that the call belongs to: the caller's, or a new one. Known when the handler runs.
    public private(set) var trace: TraceContext

    /// Whatever services remember of this call.
    public var attachment: (any Sendable)?

    /// Sent before the first message; without effect after it.
    public var initialMetadata = Metadata()
    /// Sent after the last message, in addition to the status.
    public var trailers = Metadata()

    /// When the client gives up, in nanoseconds on the clock of `EventLoop.now`.
    public private(set) var deadline: UInt64?

    /// What is left until then; nil where the client waits for ever.
    public var timeLeft: Duration? {
        deadline.map { .nanoseconds(Int64(clamping: $0 - min($0, EventLoop.now))) }
    }

    init(loop: EventLoop, context: ServerContext, peer: Peer) {
        self.context = context
        self.peer = peer
        began = EventLoop.now
        trace = TraceContext(trace: (0, 0), span: 0, flags: 0, state: "")
        super.init(
            loop: loop, maximumReceiveBytes: context.limits.maximumRequestBytes,
            maximumSendBytes: context.limits.maximumResponseBytes, sendBuffer: context.limits.sendBuffer)
    }

    public var method: MethodDescriptor { (head.route ?? ServerCall.noRoute).method }

    /// Stands in until the headers are complete, which no handler sees.
    private static let noRoute = Route(
        MethodDescriptor(service: "", method: "", kind: .unary), .stream { _ in throw Status(.unimplemented) },
        index: 0)

    /// The client's custom metadata; names reserved by gRPC and HTTP/2 and `user-agent` are left out.
    public var metadata: Metadata { head.metadata }

    // MARK: - For handlers

    /// The next message; nil when the client has half-closed.
    /// - Throws: `Status` when the request is malformed or the peer is gone, `CancellationError`.
    public func receive() async throws -> [UInt8]? {
        precondition(loop.isCurrent, "a call is used on its loop")
        return try await nextMessage()
    }

    /// Whether the message received last, or the request of a unary call, had come compressed.
    public var receivedCompressed: Bool { inbox.wasCompressed }

    /// Sends a message, waiting while the client does not read.
    /// - Parameter compressed: false sends this one as it is in a call that compresses its responses.
    /// - Throws: `Status` when the message is too long or the call has ended, `CancellationError`.
    public func send(_ message: [UInt8], compressed: Bool = true) async throws {
        precondition(loop.isCurrent, "a call is used on its loop")
        try await enqueue(message, compressed: compressed)
    }

    /// Suspends the handler for `duration`.
    /// - Throws: `CancellationError` when the call has ended meanwhile.
    public func pause(for duration: Duration) async throws {
        try await loop.pause(for: duration)
    }

    /// Compresses the responses of this call if the client can read that; called before the first one.
    public func compressResponses() {
        guard head.acceptsGzip, response == .idle, outbox.pending == 0, !outbox.isCompressed else { return }
        outbox.compress()
    }

    override var sendFailure: (any Error)? {
        status == nil && connection != nil ? nil : CancellationError()
    }

    override func push(_ message: [UInt8], compressed: Bool) {
        super.push(message, compressed: compressed)
        submitHeaders()
    }

    // MARK: - The request

    override func header(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        guard !isBegun else { return }  // trailers of a request mean nothing in gRPC
        head.receive(name, value, routes: context.routes, limit: context.limits.maximumHeaderBytes)
    }

    func headersEnd() {
        guard !isBegun else { return }
        isBegun = true
        if let resources = connection?.resources {
            trace = resources.traceNames.context(head.traceParent, state: head.traceState)
        }
        switch head.verdict() {
        case .accept: begin()
        case .reject(let status): finish(status)
        // The body of a request to a page is read and dropped, as browsers and tools expect.
        case .refuse(let code) where isPage && !hasPeerFinished: refusal = code
        case .refuse(let code): refuse(code)
        }
    }

    private func begin() {
        inbox.encoding = head.encoding
        if let timeout = head.timeout {
            let (sum, overflow) = began.addingReportingOverflow(timeout)
            deadline = overflow ? .max : sum
            if timeout == 0 { return deadlineExceeded() }
            LoopResources.of(loop).deadlines.add(self, deadline!)
        }
        switch head.route?.handler {
        case .stream(let handler):
            task = loop.spawn { [self] in
                do {
                    try await TraceContext.$current.withValue(trace) { try await handler(self) }
                    finish(.ok)
                } catch {
                    finish(context.mapError(error, self))
                }
            }
        case .page(let handler):
            task = loop.spawn { [self] in
                do {
                    answer(try await TraceContext.$current.withValue(trace) { try await handler(self) })
                } catch {
                    refuse(Page.httpStatus(of: context.mapError(error, self)))
                }
            }
        case .unary, nil: break
        }
    }

    override func dataArrived(_ chunk: UnsafeBufferPointer<UInt8>) {
        guard status == nil else { return }
        guard !isPage else {
            connection?.credit(id, chunk.count)
            return
        }
        super.dataArrived(chunk)
    }

    func peerFinished() {
        hasPeerFinished = true
        if let refusal { refuse(refusal) }
        guard status == nil, !isPage else { return }
        inbox.finish()
        inboxChanged()
    }

    override func inboxChanged() {
        if case .failed(let failure) = inbox.end { return abort(failure) }
        if method.kind.takesOneRequest {
            guard inbox.count <= 1, inbox.end == .open || inbox.count == 1 else {
                return abort(Status(.unimplemented, "the method takes exactly one request"))
            }
            if inbox.end == .ended, case .unary(let handler)? = head.route?.handler { return run(handler) }
        }
        wakeReceivers()
    }

    private func run(_ handler: @escaping UnaryHandler) {
        guard task == nil else { return }
        guard let request = takeMessage() else {
            if case .failed(let failure) = inbox.end { abort(failure) }
            return
        }
        task = loop.spawn { [self] in
            do {
                let response = try await TraceContext.$current.withValue(trace) { try await handler(request, self) }
                answer(response)
            } catch {
                finish(context.mapError(error, self))
            }
        }
    }

    // MARK: - The response

    private func answer(_ response: [UInt8]) {
        guard status == nil, connection != nil else { return }
        guard response.count <= context.limits.maximumResponseBytes else {
            return finish(Status(.resourceExhausted, "the response of \(response.count) bytes is over the limit"))
        }
        outbox.append(response)
        finish(.ok)
    }

    private var isPage: Bool { head.route?.isPage ?? false }

    private func answer(_ page: Page) {
        guard status == nil, let session = connection?.session else { return }
        status = .ok
        response = .headers
        outbox.appendPage(page.body)
        var source = nghttp2_data_provider()
        source.source.ptr = Unmanaged.passUnretained(self).toOpaque()
        source.read_callback = HTTP2.readCallback
        var block = HeaderBlock()
        block.add(":status", "200")
        block.add("content-type", page.contentType.utf8)
        block.withFields { _ = nghttp2_submit_response(session, id, $0.baseAddress, $0.count, &source) }
        connection?.scheduleFlush()
        record(.ok)
    }

    private func submitHeaders() {
        guard response == .idle, let session = connection?.session else { return }
        response = .headers
        var source = nghttp2_data_provider()
        source.source.ptr = Unmanaged.passUnretained(self).toOpaque()
        source.read_callback = HTTP2.readCallback
        let headers = outbox.isCompressed ? ResponseFields.compressedHeaders : ResponseFields.headers
        guard !initialMetadata.isEmpty else {
            nghttp2_submit_response(session, id, headers.baseAddress, headers.count, &source)
            return
        }
        var block = HeaderBlock()
        block.add(initialMetadata)
        block.withFields { custom in
            let fields = Array(headers) + custom
            _ = nghttp2_submit_response(session, id, fields, fields.count, &source)
        }
    }

    /// Ends the call from the outside: the handler is cancelled, its messages are dropped.
    private func abort(_ status: Status) {
        guard self.status == nil else { return }
        let isStuck = outbox.pending > 0
        // Bytes on their way cannot be taken back; a reset says that the rest will not come.
        if isStuck { reset(ServerCall.resetCode(for: status)) }
        finish(status)
        inbox.fail(status)
        task?.cancel()
        wakeReceivers()
        wakeSenders()
    }

    /// The nearest to a status that a reset can say (gRPC, doc/PROTOCOL-HTTP2.md, "HTTP2 Transport Mapping"), so that
    /// the client is told what the log says. A deadline is the client's own, who knows it.
    private static func resetCode(for status: Status) -> UInt32 {
        switch status.code {
        case .cancelled, .deadlineExceeded: UInt32(NGHTTP2_CANCEL.rawValue)
        case .resourceExhausted: UInt32(NGHTTP2_ENHANCE_YOUR_CALM.rawValue)
        default: UInt32(NGHTTP2_INTERNAL_ERROR.rawValue)
        }
    }

    override func deadlineExceeded() {
        abort(Status(.deadlineExceeded, "the deadline has passed"))
    }

    /// Decides the call's outcome; later attempts do nothing.
    func finish(_ status: Status) {
        guard self.status == nil else { return }
        self.status = status
        if heapPosition >= 0 { LoopResources.of(loop).deadlines.remove(self) }
        respond(status)
        record(status)
    }

    private func respond(_ status: Status) {
        guard let session = connection?.session, !outbox.isFinished else { return }
        if response == .idle, outbox.pending == 0, status.code != .ok, initialMetadata.isEmpty {
            response = .done
            ResponseFields.trailersOnly(status, trailers).withFields { fields in
                _ = nghttp2_submit_response(session, id, fields.baseAddress, fields.count, nil)
            }
            connection?.scheduleFlush()
        } else {
            outbox.finish()
            submitHeaders()
            outboxChanged()
        }
    }

    override func lastFrame(_ flags: UnsafeMutablePointer<UInt32>) {
        guard let session = connection?.session, let status, !isPage else { return }
        flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
        response = .done
        if status.code == .ok, trailers.isEmpty, status.metadata.isEmpty {
            nghttp2_submit_trailer(session, id, ResponseFields.ok.baseAddress, ResponseFields.ok.count)
        } else {
            var block = HeaderBlock()
            ResponseFields.add(status, trailers, to: &block)
            block.withFields { _ = nghttp2_submit_trailer(session, id, $0.baseAddress, $0.count) }
        }
    }

    /// Answers what is not gRPC with a bare HTTP status.
    private func refuse(_ code: Int) {
        guard status == nil, let session = connection?.session else { return }
        let status = Status.ofHTTP(code)
        self.status = status
        response = .done
        var block = HeaderBlock()
        block.add(":status", String(code).utf8)
        if code == 405 { block.add("allow", isPage ? "GET" : "POST") }
        block.withFields { _ = nghttp2_submit_response(session, id, $0.baseAddress, $0.count, nil) }
        connection?.scheduleFlush()
        record(status)
    }

    /// The response is out. A client that still sends is told to stop without an error (RFC 9113 section 8.1).
    func responseSent() {
        if !hasPeerFinished { reset(UInt32(NGHTTP2_NO_ERROR.rawValue)) }
    }

    private func reset(_ code: UInt32) { connection?.reset(id, code) }

    // MARK: - The end

    override func closed(_ code: UInt32) {
        end(Status(.cancelled, "the client has cancelled the call"))
    }

    override func disconnect(_ reason: Status) {
        end(Status(.cancelled, "the client is gone"))
    }

    private func end(_ reason: Status) {
        if status == nil {
            status = reason
            if heapPosition >= 0 { LoopResources.of(loop).deadlines.remove(self) }
            task?.cancel()
            if isBegun { record(reason) }
        }
        inbox.fail(reason)
        detach()
    }

    private func record(_ status: Status) {
        let record = CallRecord(
            route: head.route, peer: peer, trace: trace, status: status, messagesReceived: inbox.count,
            messagesSent: outbox.count, bytesReceived: inbox.bytes, bytesSent: outbox.sent + outbox.pending,
            nanoseconds: EventLoop.now - began, loop: loop.index)
        // Pages are no calls, and have no figures of their own.
        if !isPage { context.calls[loop.index].add(record) }
        context.onFinish?(record)
    }
}
