/// Finds the frames in what a client sends (RFC 9113 section 4.1), without looking at their payloads.
struct FrameScanner {
    /// A frame's header.
    struct Frame: Equatable {
        var length = 0
        var type: UInt8
        var flags: UInt8 = 0
        var stream: Int32 = 0

        /// RFC 9113 sections 6.1 and 6.2.
        var endsStream: Bool { flags & 0x1 != 0 }
        var endsHeaders: Bool { flags & 0x4 != 0 }
        /// RFC 9113 section 6.1: up to 256 bytes of the payload may be padding.
        var isPadded: Bool { flags & 0x8 != 0 }
    }

    /// RFC 9113 section 3.4: what a client sends before its first frame.
    static let prefaceLength = 24

    /// Bytes of the preface or of a payload that are still to come.
    private var remaining = FrameScanner.prefaceLength
    /// The header so far, one byte after the other, and how many there are.
    private var header: (high: UInt64, low: UInt8) = (0, 0)
    private var headerCount = 0

    /// Whether all of the frame found last has arrived.
    var isFrameComplete: Bool { remaining == 0 }

    /// Goes on to the next frame's header.
    /// - Parameter offset: where in `bytes` the search goes on; behind the header when one was found.
    /// - Returns: nil when `bytes` are used up.
    mutating func next(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Frame? {
        let skipped = min(remaining, bytes.count - offset)
        remaining -= skipped
        offset += skipped
        guard remaining == 0 else { return nil }
        while headerCount < HTTP2.frameHeaderLength {
            guard offset < bytes.count else { return nil }
            let byte = bytes[offset]
            if headerCount < 8 { header.high = header.high << 8 | UInt64(byte) } else { header.low = byte }
            headerCount += 1
            offset += 1
        }
        headerCount = 0
        // Three bytes of length, type, flags, and four of the stream, whose first bit means nothing.
        remaining = Int(header.high >> 40)
        let stream = UInt32(truncatingIfNeeded: header.high << 8 & 0x7FFF_FF00) | UInt32(header.low)
        let frame = Frame(
            length: remaining, type: UInt8(truncatingIfNeeded: header.high >> 32),
            flags: UInt8(truncatingIfNeeded: header.high >> 24), stream: Int32(truncatingIfNeeded: stream))
        header.high = 0
        return frame
    }
}
