internal import CNGHTTP2
internal import EventLoop

/// The messages of one call, both ways; what server and client calls have in common. Confined to its loop.
///
/// Received messages count against the peer's flow-control window until they are taken, and `send` waits while
/// more than the send buffer is queued: neither side can make the other's memory grow.
public class MessageStream: HeapItem, @unchecked Sendable {  // confined to its loop, which public functions check
    let loop: EventLoop
    /// Nil before the stream has begun and after it has been closed.
    private(set) var connection: HTTP2Connection?
    private(set) var id: Int32 = 0
    /// Place in the connection's list of streams.
    var slot = 0
    var heapPosition = -1

    var inbox: Inbox
    var outbox = Outbox()
    /// Bytes that may be queued before `send` waits.
    private let sendBuffer: Int
    private let maximumSendBytes: Int
    /// nghttp2 has asked for data when there was none, and must be told when there is.
    private var isDeferred = false

    /// Who waits for a message, for room, or for the end. Everyone woken looks at the state anew.
    private var receivers: [UnsafeContinuation<Void, Never>] = []
    private var senders: [UnsafeContinuation<Void, Never>] = []

    init(loop: EventLoop, maximumReceiveBytes: Int, maximumSendBytes: Int, sendBuffer: Int) {
        self.loop = loop
        self.maximumSendBytes = maximumSendBytes
        self.sendBuffer = sendBuffer
        inbox = Inbox(maximumLength: maximumReceiveBytes)
    }

    // MARK: - For the server's and the client's side

    /// A header or trailer field has arrived.
    func header(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {}
    /// The stream was closed by either side.
    func closed(_ code: UInt32) { detach() }
    /// The connection was lost under the stream.
    func disconnect(_ reason: Status) { detach() }
    func deadlineExceeded() {}
    /// The last message is going out; `flags` belong to its frame.
    func lastFrame(_ flags: UnsafeMutablePointer<UInt32>) {}
    /// The state of `inbox` has changed.
    func inboxChanged() { wakeReceivers() }
    /// Nothing can be sent any more: why, or nil.
    var sendFailure: (any Error)? { nil }
    /// What `receive` gives after the last message.
    func endOfMessages() throws -> [UInt8]? { nil }

    // MARK: - Life

    func attach(_ connection: HTTP2Connection, id: Int32, slot: Int) {
        self.connection = connection
        self.id = id
        self.slot = slot
    }

    /// Severs the stream from its connection and wakes everyone who waits.
    func detach() {
        connection = nil
        outbox.removeAll()
        wakeReceivers()
        wakeSenders()
    }

    func wakeReceivers() {
        guard !receivers.isEmpty else { return }
        let woken = receivers
        receivers = []
        for receiver in woken { receiver.resume() }
    }

    func wakeSenders() {
        guard !senders.isEmpty else { return }
        let woken = senders
        senders = []
        for sender in woken { sender.resume() }
    }

    // MARK: - Receiving

    func dataArrived(_ chunk: UnsafeBufferPointer<UInt8>) {
        connection?.credit(id, inbox.receive(chunk))
        inboxChanged()
    }

    func takeMessage() -> [UInt8]? {
        guard let (message, credit) = inbox.take() else { return nil }
        connection?.credit(id, credit)
        return message
    }

    func nextMessage() async throws -> [UInt8]? {
        assert(loop.isCurrent, "a call is used on its loop")
        while true {
            if let message = takeMessage() { return message }
            switch inbox.end {
            case .ended: return try endOfMessages()
            case .failed(let status): throw status
            case .open: break
            }
            try Task.checkCancellation()
            await waitToReceive()
        }
    }

    /// Resumed by `wakeReceivers`, which also runs when the task is cancelled: on the loop, after this has
    /// been put on the list, because an action for the loop runs after the job at hand.
    func waitToReceive() async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { receivers.append($0) }
        } onCancel: {
            loop.execute { self.wakeReceivers() }
        }
    }

    // MARK: - Sending

    /// Queues a message, and waits while the queue is longer than the send buffer.
    func enqueue(_ message: [UInt8], compressed: Bool) async throws {
        assert(loop.isCurrent, "a call is used on its loop")
        if let failure = sendFailure { throw failure }
        guard message.count <= maximumSendBytes else {
            throw Status(
                .resourceExhausted, "a message of \(message.count) bytes is over the limit of \(maximumSendBytes) bytes"
            )
        }
        push(message, compressed: compressed)
        while outbox.pending > sendBuffer, sendFailure == nil {
            try Task.checkCancellation()
            await waitToSend()
        }
        if let failure = sendFailure { throw failure }
    }

    func push(_ message: [UInt8], compressed: Bool) {
        outbox.append(message, compressed: compressed)
        outboxChanged()
    }

    func outboxChanged() {
        guard let connection, let session = connection.session else { return }
        if isDeferred {
            isDeferred = false
            nghttp2_session_resume_data(session, id)
        }
        connection.scheduleFlush()
    }

    private func waitToSend() async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { senders.append($0) }
        } onCancel: {
            loop.execute { self.wakeSenders() }
        }
    }

    /// How many bytes the next DATA frame takes, at most `length`; nghttp2's read callback.
    func nextFrame(_ length: Int, _ flags: UnsafeMutablePointer<UInt32>) -> Int {
        let count = min(length, outbox.pending)
        if count == 0, !outbox.isFinished {
            isDeferred = true
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        flags.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
        if outbox.isFinished, count == outbox.pending {
            flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
            lastFrame(flags)
        }
        return count
    }

    /// The bytes promised by `nextFrame` go out.
    func moveOut(_ count: Int, to target: UnsafeMutableRawPointer) {
        outbox.move(count, to: target)
        if outbox.pending <= sendBuffer / 2 { wakeSenders() }
    }
}
