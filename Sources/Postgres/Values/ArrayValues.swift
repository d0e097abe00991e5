extension SQLArrayElement where Self: SQLEncodable & SQLDecodable {
    @inlinable
    public static func encodeArray(_ values: [Self], into encoder: inout SQLEncoder) {
        encoder.appendArrayHeader(Self.sqlType, count: values.count)
        for value in values { encoder.appendField(value) }
    }

    public static func decodeArray(_ cell: SQLCell) throws(DatabaseError) -> [Self] {
        var reader = try ArrayReader(cell)
        var values: [Self] = []
        values.reserveCapacity(reader.count)
        for _ in 0..<reader.count { values.append(try Self.decode(try reader.next())) }
        try reader.expectEnd()
        return values
    }
}

extension Array: SQLEncodable where Element: SQLArrayElement {
    @inlinable public static var sqlType: SQLType { Element.sqlArrayType }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { Element.encodeArray(self, into: &encoder) }
}

extension Array: SQLDecodable where Element: SQLArrayElement {
    @inlinable
    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> [Element] {
        try Element.decodeArray(cell)
    }
}

/// `[UInt8]` is `bytea`.
extension UInt8: SQLArrayElement {
    @inlinable public static var sqlArrayType: SQLType { .bytea }

    @inlinable
    public static func encodeArray(_ values: [UInt8], into encoder: inout SQLEncoder) {
        encoder.append(contentsOf: values)
    }

    public static func decodeArray(_ cell: SQLCell) throws(DatabaseError) -> [UInt8] {
        try cell.expect(.bytea)
        return Array(try cell.required())
    }
}

extension Array: SQLArrayElement where Element == UInt8 {
    @inlinable public static var sqlArrayType: SQLType { .byteaArray }
}

extension Bool: SQLArrayElement {
    @inlinable public static var sqlArrayType: SQLType { .boolArray }
}

extension Int16: SQLArrayElement {
    @inlinable public static var sqlArrayType: SQLType { .int2Array }
}

extension Int32: SQLArrayElement {
    @inlinable public static var sqlArrayType: SQLType { .int4Array }
}

extension Int64: SQLArrayElement {
    @inlinable public static var sqlArrayType: SQLType { .int8Array }
}

extension Int: SQLArrayElement {
    @inlinable public static var sqlArrayType: SQLType { .int8Array }
}

extension Double: SQLArrayElement {
    @inlinable public static var sqlArrayType: SQLType { .float8Array }
}

/// Elements that may be NULL.
extension Optional: SQLArrayElement where Wrapped: SQLArrayElement & SQLEncodable & SQLDecodable {
    @inlinable public static var sqlArrayType: SQLType { Wrapped.sqlArrayType }
}

extension String: SQLArrayElement {
    @inlinable public static var sqlArrayType: SQLType { .textArray }
}

extension SQLUUID: SQLArrayElement {
    @inlinable public static var sqlArrayType: SQLType { .uuidArray }
}

extension SQLDate: SQLArrayElement {
    @inlinable public static var sqlArrayType: SQLType { .dateArray }
}

extension SQLTimestamp: SQLArrayElement {
    @inlinable public static var sqlArrayType: SQLType { .timestamptzArray }
}

/// Walks the binary form of an array: dimensions, a flag for NULLs, the element type, then length and bytes of each.
struct ArrayReader {
    private var fields: FieldReader
    private let element: SQLType
    let count: Int

    init(_ cell: SQLCell) throws(DatabaseError) {
        fields = FieldReader(try cell.required())
        let dimensions = try fields.number(Int32.self)
        _ = try fields.number(Int32.self)
        element = SQLType(rawValue: try fields.number(UInt32.self))
        switch dimensions {
        case 0: count = 0
        case 1:
            count = Int(try fields.number(Int32.self))
            _ = try fields.number(Int32.self)
        default: throw .malformed("array of \(dimensions) dimensions")
        }
        // Every element has at least its length, so a count that lies cannot make us reserve memory for it.
        guard count >= 0, count <= fields.left / 4 else { throw .malformed("array with an impossible count") }
    }

    mutating func next() throws(DatabaseError) -> SQLCell {
        SQLCell(type: element, bytes: try fields.field())
    }

    func expectEnd() throws(DatabaseError) {
        guard fields.left == 0 else { throw .malformed("array with bytes after its end") }
    }
}

/// Reads numbers and length-prefixed fields from a buffer and never past its end.
struct FieldReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var left: Int { bytes.count - position }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(DatabaseError) -> Number {
        guard left >= MemoryLayout<Number>.size else { throw .malformed("value ends too early") }
        defer { position += MemoryLayout<Number>.size }
        return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    /// The next field's bytes, or nil for NULL.
    mutating func field() throws(DatabaseError) -> UnsafeRawBufferPointer? {
        let length = Int(try number(Int32.self))
        guard length >= 0 else { return nil }
        guard length <= left else { throw .malformed("field longer than its row") }
        defer { position += length }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + length)])
    }
}
