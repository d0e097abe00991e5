internal import CNGHTTP2
internal import EventLoop

/// One call of a client, from its beginning to its outcome. Confined to its loop.
final class OutgoingCall: MessageStream, @unchecked Sendable {  // confined to its loop
    let method: MethodDescriptor
    let options: CallOptions
    /// The trace of the call that the caller works for, if any.
    let trace = TraceContext.current
    /// On the clock of `EventLoop.now`.
    let deadline: UInt64?
    private let maximumHeaderBytes: Int

    private var head = ResponseHead()
    private var hasHeaders = false
    private var leading = Metadata()
    /// The call's outcome, once it is known.
    private(set) var status: Status?
    /// The server has certainly not worked on the call, so that it may be tried again.
    private(set) var isRefused = false
    /// The connection was lost before the outcome was known.
    private(set) var isLost = false
    /// The request's headers are on their way.
    var hasLeft = false
    /// Nobody looks at single messages: whoever waits is only woken at the end.
    private let waitsForEnd: Bool
    /// Called when the call ends before it has a connection.
    var onEarlyEnd: (() -> Void)?

    init(
        loop: EventLoop, method: MethodDescriptor, options: CallOptions, deadline: UInt64?,
        configuration: ClientConfiguration, waitsForEnd: Bool
    ) {
        self.method = method
        self.options = options
        self.deadline = deadline
        self.waitsForEnd = waitsForEnd
        maximumHeaderBytes = configuration.maximumHeaderBytes
        super.init(
            loop: loop, maximumReceiveBytes: configuration.maximumMessageBytes,
            maximumSendBytes: configuration.maximumMessageBytes, sendBuffer: configuration.sendBuffer)
        if options.compressesRequests { outbox.compress() }
        if let deadline { LoopResources.of(loop).deadlines.add(self, deadline) }
    }

    // MARK: - For callers

    func sendOnLoop(_ message: [UInt8], compressed: Bool) async throws {
        guard !outbox.isFinished else { throw Status(.failedPrecondition, "the call is half-closed") }
        try await enqueue(message, compressed: compressed)
    }

    func receiveOnLoop() async throws -> [UInt8]? {
        do {
            return try await nextMessage()
        } catch is CancellationError {
            cancelOnLoop()
            throw Status(.cancelled, "the caller has cancelled the call")
        }
    }

    /// From any thread.
    func cancel() {
        loop.execute { self.cancelOnLoop() }
    }

    /// The server's metadata before the first message; empty until then.
    var initialMetadata: Metadata { leading }

    // MARK: - Sending

    func finishSending() {
        guard !outbox.isFinished else { return }
        outbox.finish()
        outboxChanged()
    }

    override var sendFailure: (any Error)? {
        guard let status else { return nil }
        return status.code == .ok ? Status(.cancelled, "the server has ended the call") : status
    }

    // MARK: - The response

    override func header(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        head.receive(name, value, limit: maximumHeaderBytes)
    }

    func headersEnd(isLast: Bool) {
        if isLast { return }  // `peerFinished` follows and reads the status
        defer { head = ResponseHead() }
        guard !head.isInformational, !hasHeaders else { return }
        hasHeaders = true
        leading = head.metadata
        inbox.encoding = head.encoding
        if let failure = head.headersFailure() { fail(failure) }
    }

    func peerFinished() {
        guard status == nil else { return }
        inbox.finish()
        if case .failed(let failure) = inbox.end { return fail(failure) }
        end(head.finalStatus())
        if !outbox.isFinished || outbox.pending > 0 { connection?.reset(id, HTTP2.noError) }
    }

    override func inboxChanged() {
        if case .failed(let failure) = inbox.end { return fail(failure) }
        if !waitsForEnd { wakeReceivers() }
    }

    override func endOfMessages() throws -> [UInt8]? {
        guard let status, status.code != .ok else { return nil }
        throw status
    }

    /// Waits for the outcome of a unary call.
    /// - Returns: its one response.
    func response() async throws -> [UInt8] {
        while status == nil { await waitToReceive() }
        if let status, status.code != .ok { throw status }
        guard inbox.count == 1, let message = takeMessage() else {
            if case .failed(let failure) = inbox.end { throw failure }
            // gRPC, doc/statuscodes.md: a wrong number of responses is UNIMPLEMENTED.
            throw Status(.unimplemented, "\(method.path) gave \(inbox.count) responses instead of one")
        }
        return message
    }

    // MARK: - The end

    override func deadlineExceeded() {
        fail(Status(.deadlineExceeded, "the deadline has passed"))
    }

    func cancelOnLoop() {
        fail(Status(.cancelled, "the caller has cancelled the call"))
    }

    /// Ends the call from this side and tells the server.
    func fail(_ status: Status) {
        guard self.status == nil else { return }
        inbox.fail(status)
        connection?.reset(id, UInt32(NGHTTP2_CANCEL.rawValue))
        end(status)
    }

    private func end(_ status: Status) {
        guard self.status == nil else { return }
        self.status = status
        if heapPosition >= 0 { LoopResources.of(loop).deadlines.remove(self) }
        wakeReceivers()
        wakeSenders()
        onEarlyEnd?()
        onEarlyEnd = nil
    }

    override func closed(_ code: UInt32) {
        isRefused = status == nil && code == UInt32(NGHTTP2_REFUSED_STREAM.rawValue)
        lost(OutgoingCall.status(ofReset: code))
    }

    override func disconnect(_ reason: Status) {
        isLost = status == nil
        isRefused = isLost && !hasLeft
        lost(reason)
    }

    private func lost(_ reason: Status) {
        if status == nil {
            inbox.fail(reason)
            end(reason)
        }
        detach()
    }

    /// gRPC, doc/PROTOCOL-HTTP2.md, "HTTP2 Transport Mapping".
    private static func status(ofReset code: UInt32) -> Status {
        let text = "the server has reset the call: " + String(cString: nghttp2_http2_strerror(code))
        return switch nghttp2_error_code(rawValue: code) {
        case NGHTTP2_REFUSED_STREAM: Status(.unavailable, text)
        case NGHTTP2_CANCEL: Status(.cancelled, text)
        case NGHTTP2_ENHANCE_YOUR_CALM: Status(.resourceExhausted, text)
        case NGHTTP2_INADEQUATE_SECURITY: Status(.permissionDenied, text)
        default: Status(.internal, text)
        }
    }
}
