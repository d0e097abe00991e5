/// Pieces of messages on protobuf's wire (protobuf.dev, Encoding), to put together what no proper writer writes.
public enum Wire {
    /// How a field's value is written; 6 and 7 mean nothing.
    public enum Kind: UInt64, Sendable {
        case varint, fixed64, lengthPrefixed, groupStart, groupEnd, fixed32, undefined6, undefined7
    }

    public static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// What stands before a field's value.
    public static func tag(_ field: Int, _ kind: Kind) -> [UInt8] { varint(UInt64(field) << 3 | kind.rawValue) }

    public static func number(_ value: UInt64, _ field: Int) -> [UInt8] { tag(field, .varint) + varint(value) }

    /// A text, bytes or a message inside.
    public static func bytes(_ value: [UInt8], _ field: Int) -> [UInt8] {
        tag(field, .lengthPrefixed) + varint(UInt64(value.count)) + value
    }

    /// Empty messages within each other, each in `field` of the one around it.
    public static func nested(_ depth: Int, _ field: Int) -> [UInt8] {
        (0..<depth).reduce([]) { inner, _ in bytes(inner, field) }
    }
}
