/// Writes protobuf's wire format as it stands (protobuf.dev, Encoding), for messages that nothing is gained from
/// building as structures first. What proto3 leaves out, an empty text or a zero, is left out.
struct ProtobufWriter {
    var bytes: [UInt8] = []

    mutating func text(_ value: String, _ field: Int) {
        guard !value.isEmpty else { return }
        whole(value.utf8, field)
    }

    mutating func data(_ value: [UInt8], _ field: Int) {
        guard !value.isEmpty else { return }
        whole(value, field)
    }

    mutating func number(_ value: Int64, _ field: Int) {
        guard value != 0 else { return }
        varint(UInt64(field << 3))
        varint(UInt64(bitPattern: value))
    }

    mutating func flag(_ value: Bool, _ field: Int) {
        number(value ? 1 : 0, field)
    }

    /// Numbers in one packed field.
    mutating func packed(_ values: [Int32], _ field: Int) {
        guard !values.isEmpty else { return }
        var inner = ProtobufWriter()
        for value in values { inner.varint(UInt64(bitPattern: Int64(value))) }
        whole(inner.bytes, field)
    }

    /// A message inside, which is written even when it is empty.
    mutating func message(_ value: [UInt8], _ field: Int) {
        whole(value, field)
    }

    private mutating func whole(_ value: some Collection<UInt8>, _ field: Int) {
        varint(UInt64(field << 3 | 2))
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
