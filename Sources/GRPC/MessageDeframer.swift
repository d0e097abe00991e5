/// Cuts length-prefixed messages out of a byte stream (gRPC, doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message").
///
/// States: *between* messages (prefix incomplete) and *inside* one. `receive` moves between them as bytes arrive;
/// after an error the deframer is not used again.
struct MessageDeframer {
    /// A message as it was on the wire.
    struct Frame: Equatable {
        var isCompressed: Bool
        var payload: [UInt8]
    }

    enum Failure: Error, Equatable {
        /// The announced length is over the limit.
        case tooLarge(Int)
        /// The first byte is neither 0 nor 1.
        case badFlag(UInt8)
    }

    static let prefixLength = 5
    /// A longer message is given room as its bytes arrive, so that a length alone costs no memory.
    private static let initialRoom = 65536

    let maximumLength: Int
    /// The prefix so far, as a number of `prefixCount` bytes.
    private var prefix: UInt64 = 0
    private var prefixCount = 0
    private var payload: [UInt8] = []
    private var missing = 0

    init(maximumLength: Int) {
        self.maximumLength = maximumLength
    }

    /// Whether no message has been begun.
    var isBetweenMessages: Bool { prefixCount == 0 }

    /// Takes bytes from the front of `bytes` up to the end of one message.
    /// - Returns: that message, or nil when all bytes are used up.
    mutating func receive(_ bytes: inout UnsafeBufferPointer<UInt8>) throws(Failure) -> Frame? {
        while prefixCount < MessageDeframer.prefixLength {
            guard let byte = bytes.first else { return nil }
            prefix = prefix << 8 | UInt64(byte)
            prefixCount += 1
            bytes = UnsafeBufferPointer(rebasing: bytes.dropFirst())
            if prefixCount == MessageDeframer.prefixLength { try begin() }
        }
        let count = min(missing, bytes.count)
        let part = UnsafeBufferPointer(rebasing: bytes.prefix(count))
        bytes = UnsafeBufferPointer(rebasing: bytes.dropFirst(count))
        missing -= count
        if missing == 0, payload.isEmpty { return end(Array(part)) }
        if payload.capacity < payload.count + count {
            payload.reserveCapacity(
                min(payload.count + missing + count, max(count, payload.count * 2, MessageDeframer.initialRoom)))
        }
        payload.append(contentsOf: part)
        return missing == 0 ? end(payload) : nil
    }

    private mutating func begin() throws(Failure) {
        let flag = UInt8(truncatingIfNeeded: prefix >> 32)
        guard flag <= 1 else { throw .badFlag(flag) }
        missing = Int(prefix & 0xFFFF_FFFF)
        guard missing <= maximumLength else { throw .tooLarge(missing) }
    }

    private mutating func end(_ payload: [UInt8]) -> Frame {
        let frame = Frame(isCompressed: prefix >> 32 == 1, payload: payload)
        prefix = 0
        prefixCount = 0
        self.payload = []
        return frame
    }
}
