/// Variable-length integers as protobuf writes them: seven bits per byte, the lowest first, in the shortest form.
enum Varint {
    /// Bytes of the longest value that fits an `Int`.
    static let maximumByteCount = 9

    static func byteCount(_ value: Int) -> Int {
        max(1, (Int.bitWidth - value.leadingZeroBitCount + 6) / 7)
    }

    static func append(_ value: Int, to bytes: inout [UInt8]) {
        var rest = UInt(bitPattern: value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
