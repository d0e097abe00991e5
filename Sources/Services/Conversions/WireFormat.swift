/// Puts stored messages into answers without reading them (protobuf.dev, Encoding).
enum WireFormat {
    /// A message that holds nothing but `content` in its length-delimited field `number`, 1 to 15.
    static func field(_ number: UInt8, of content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count + 6)
        bytes.append(number << 3 | 2)
        var length = content.count
        while length >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: length))
        bytes.append(contentsOf: content)
        return bytes
    }
}
