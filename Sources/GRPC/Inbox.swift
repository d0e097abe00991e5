/// Messages that have arrived and not been taken, and the flow-control credit they hold back.
///
/// Bytes of a message are credited to the peer when the message is taken. Only while nothing waits to be taken
/// are they credited on arrival, because a message longer than the window would never be completed otherwise.
/// So a stream holds at most one window of whole messages and one message that is being put together. Small messages
/// would take many times their bytes: past some that wait, bytes are kept as they came.
struct Inbox {
    enum End: Equatable {
        case open
        /// The peer has half-closed after a whole message.
        case ended
        case failed(Status)
    }

    private var deframer: MessageDeframer
    private var messages = MessageQueue<MessageDeframer.Frame>()
    /// Bytes behind the messages that wait, from `unparsedStart` on.
    private var unparsed: [UInt8] = []
    private var unparsedStart = 0
    /// The peer has half-closed; what that means shows when everything is parsed.
    private var isFinished = false
    /// Bytes that arrived and are not credited yet.
    private var held = 0
    private(set) var end = End.open
    /// Messages completed so far.
    private(set) var count = 0
    private(set) var bytes = 0
    /// Whether the message taken last had come compressed.
    private(set) var wasCompressed = false
    /// How a set compression flag is undone; nil when the peer has announced no encoding.
    var encoding = MessageEncoding.identity

    /// Messages that are put together before one is taken.
    static let maximumWaiting = 64

    init(maximumLength: Int) {
        deframer = MessageDeframer(maximumLength: maximumLength)
    }

    var isEmpty: Bool { messages.isEmpty }

    /// Takes a chunk of DATA.
    /// - Returns: bytes to credit now.
    mutating func receive(_ chunk: UnsafeBufferPointer<UInt8>) -> Int {
        guard end == .open else { return chunk.count }
        held += chunk.count
        bytes += chunk.count
        if unparsed.isEmpty {
            unparsed.append(contentsOf: parse(chunk))
        } else {
            if unparsedStart * 2 >= unparsed.count {
                unparsed.removeFirst(unparsedStart)
                unparsedStart = 0
            }
            unparsed.append(contentsOf: chunk)
        }
        return messages.isEmpty ? releaseHeld() : 0
    }

    /// - Returns: what is left when enough messages wait.
    private mutating func parse(_ chunk: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var rest = chunk
        do throws(MessageDeframer.Failure) {
            while !rest.isEmpty, messages.count < Inbox.maximumWaiting, let frame = try deframer.receive(&rest) {
                count += 1
                messages.append(frame)
            }
            return rest
        } catch {
            fail(Inbox.status(of: error, limit: deframer.maximumLength))
            return UnsafeBufferPointer(rebasing: chunk[..<0])
        }
    }

    private mutating func parseOn() {
        guard !unparsed.isEmpty, messages.count <= Inbox.maximumWaiting / 2 else { return }
        let waiting = unparsed
        let left = waiting.withUnsafeBufferPointer { parse(UnsafeBufferPointer(rebasing: $0[unparsedStart...])).count }
        unparsedStart = unparsed.count - left
        guard left == 0 else { return }
        unparsed = []
        unparsedStart = 0
        if isFinished { finish() }
    }

    private static func status(of failure: MessageDeframer.Failure, limit: Int) -> Status {
        switch failure {
        case .tooLarge(let length):
            Status(.resourceExhausted, "a message of \(length) bytes is over the limit of \(limit) bytes")
        case .badFlag(let flag):
            Status(.internal, "a message begins with \(flag) where the compression flag belongs")
        }
    }

    /// Messages are decompressed when they are taken, so that those that wait hold no more than the window.
    /// - Returns: the next message and the bytes to credit for it; nil when none is whole, or when it cannot be
    ///   decompressed, which `end` tells.
    mutating func take() -> (message: [UInt8], credit: Int)? {
        guard let frame = messages.removeFirst() else { return nil }
        var credit = min(held, frame.payload.count + MessageDeframer.prefixLength)
        held -= credit
        parseOn()
        if messages.isEmpty { credit += releaseHeld() }
        wasCompressed = frame.isCompressed
        guard frame.isCompressed else { return (frame.payload, credit) }
        switch encoding.decode(frame.payload, maximumLength: deframer.maximumLength) {
        case .success(let message): return (message, credit)
        case .failure(let status):
            fail(status)
            return nil
        }
    }

    private mutating func releaseHeld() -> Int {
        defer { held = 0 }
        return held
    }

    /// The peer has half-closed.
    mutating func finish() {
        guard end == .open else { return }
        isFinished = true
        guard unparsed.isEmpty else { return }
        if deframer.isBetweenMessages {
            end = .ended
        } else {
            fail(Status(.internal, "the stream ended in the middle of a message"))
        }
    }

    /// No message will follow, and those not taken are dropped.
    mutating func fail(_ status: Status) {
        guard end == .open || end == .ended else { return }
        end = .failed(status)
        messages.removeAll()
        unparsed = []
        unparsedStart = 0
    }
}
