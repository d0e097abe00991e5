/// Collects values in PostgreSQL's binary format: each field is its length (Int32, big-endian, -1 for NULL) and its
/// bytes. Parameters of a statement and the fields of a binary `COPY` row look the same.
public struct SQLEncoder: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init(capacity: Int = 0) {
        if capacity > 0 { bytes.reserveCapacity(capacity) }
    }

    /// Forgets the contents and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Appends a number in network byte order.
    @inlinable
    public mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    public mutating func append(contentsOf raw: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: raw)
    }

    public mutating func append(contentsOf other: [UInt8]) {
        bytes.append(contentsOf: other)
    }

    /// Appends the UTF-8 bytes of `text`.
    public mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends a whole field: length and value, or NULL.
    @inlinable
    public mutating func appendField<Value: SQLEncodable>(_ value: Value) {
        guard !value.isSQLNull else {
            append(Int32(-1))
            return
        }
        let start = beginField()
        value.encode(into: &self)
        endField(start)
    }

    @usableFromInline
    mutating func beginField() -> Int {
        append(Int32(0))
        return bytes.count
    }

    @usableFromInline
    mutating func endField(_ start: Int) {
        put(Int32(truncatingIfNeeded: bytes.count - start), at: start - 4)
    }

    /// Overwrites four bytes that were reserved before their value was known.
    mutating func put(_ number: Int32, at offset: Int) {
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: number.bigEndian, toByteOffset: offset, as: Int32.self)
        }
    }
}

extension SQLEncoder {
    /// Appends an array value: one dimension, from index 1, without NULLs.
    @usableFromInline
    mutating func appendArrayHeader(_ element: SQLType, count: Int) {
        append(Int32(count == 0 ? 0 : 1))
        append(Int32(0))
        append(element.rawValue)
        guard count > 0 else { return }
        append(Int32(truncatingIfNeeded: count))
        append(Int32(1))
    }
}
