/// Messages on their way out, each behind its five-byte prefix, cut into DATA frames as flow control allows.
struct Outbox {
    private var messages = MessageQueue<MessageDeframer.Frame>()
    /// Bytes of the first message, prefix included, that are already gone.
    private var offset = 0
    /// Bytes that are queued, prefixes included.
    private(set) var pending = 0
    /// Bytes handed over so far, prefixes included.
    private(set) var sent = 0
    /// Messages taken on so far.
    private(set) var count = 0
    /// Bytes before each message; none for a page.
    private var prefixLength = MessageDeframer.prefixLength
    /// No message will follow.
    private(set) var isFinished = false
    /// The call has announced gzip: a message is compressed, and marked so in its prefix, unless it says otherwise.
    private(set) var isCompressed = false

    /// Compresses messages from now on; asked for before the first.
    mutating func compress() {
        assert(pending == 0 && sent == 0, "the encoding of a call does not change")
        isCompressed = true
    }

    /// - Parameter compressed: false leaves this one message as it is.
    mutating func append(_ plain: [UInt8], compressed: Bool = true) {
        assert(!isFinished, "nothing is sent after the end")
        let isCompressed = isCompressed && compressed
        let payload = isCompressed ? Gzip.compress(plain) : plain
        messages.append(MessageDeframer.Frame(isCompressed: isCompressed, payload: payload))
        pending += payload.count + prefixLength
        count += 1
    }

    /// The one body of a plain HTTP response.
    mutating func appendPage(_ body: [UInt8]) {
        assert(count == 0, "a page has one body")
        prefixLength = 0
        append(body)
        finish()
    }

    mutating func finish() { isFinished = true }

    mutating func removeAll() {
        messages.removeAll()
        offset = 0
        pending = 0
    }

    /// Moves the next `count` bytes, at most `pending`, to `target`.
    mutating func move(_ count: Int, to target: UnsafeMutableRawPointer) {
        assert(count <= pending, "more bytes asked for than queued")
        var filled = 0
        while filled < count {
            let (moved, isDone) =
                messages.withHead { [offset, prefixLength] message, isCompressed in
                    Outbox.copy(
                        message, isCompressed ? 1 : 0, prefixLength, from: offset, to: target + filled,
                        count: count - filled)
                } ?? (0, true)
            filled += moved
            offset += moved
            if isDone {
                _ = messages.removeFirst()
                offset = 0
            }
        }
        pending -= count
        sent += count
    }

    private static func copy(
        _ message: UnsafeBufferPointer<UInt8>, _ flag: UInt8, _ prefix: Int, from offset: Int,
        to target: UnsafeMutableRawPointer, count: Int
    ) -> (moved: Int, isDone: Bool) {
        var moved = 0
        while offset + moved < prefix, moved < count {
            let position = offset + moved
            let shift = UInt32(8 * (prefix - 1 - position))
            // Byte 0 is the compression flag; the length follows, big-endian.
            let byte = position == 0 ? flag : UInt8(truncatingIfNeeded: message.count >> Int(shift))
            target.storeBytes(of: byte, toByteOffset: moved, as: UInt8.self)
            moved += 1
        }
        let start = offset + moved - prefix
        if start >= 0, let base = message.baseAddress {
            let length = min(message.count - start, count - moved)
            (target + moved).copyMemory(from: base + start, byteCount: length)
            moved += length
        }
        return (moved, offset + moved == prefix + message.count)
    }
}
