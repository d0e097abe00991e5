extension SQLCell {
    /// The bytes of a value that must not be NULL.
    @usableFromInline
    func required() throws(DatabaseError) -> UnsafeRawBufferPointer {
        guard let bytes else { throw .malformed("NULL in a column that must have a value") }
        return bytes
    }

    /// The number whose width the cell has.
    @usableFromInline
    func load<Number: FixedWidthInteger>(_: Number.Type) throws(DatabaseError) -> Number {
        let bytes = try required()
        guard bytes.count == MemoryLayout<Number>.size else {
            throw .malformed("\(bytes.count) bytes where \(MemoryLayout<Number>.size) are due")
        }
        return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }

    /// - Throws: unless the column has this type, or none is known.
    @usableFromInline
    func expect(_ expected: SQLType) throws(DatabaseError) {
        guard let type, type != expected else { return }
        throw .malformed("column of type \(type.rawValue) where \(expected.rawValue) is due")
    }
}

extension Bool: SQLEncodable, SQLDecodable {
    @inlinable public static var sqlType: SQLType { .bool }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { encoder.append(UInt8(self ? 1 : 0)) }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> Bool {
        try cell.expect(.bool)
        return try cell.load(UInt8.self) != 0
    }
}

extension Int16: SQLEncodable, SQLDecodable {
    @inlinable public static var sqlType: SQLType { .int2 }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { encoder.append(self) }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> Int16 {
        try cell.expect(.int2)
        return try cell.load(Int16.self)
    }
}

extension Int32: SQLEncodable, SQLDecodable {
    @inlinable public static var sqlType: SQLType { .int4 }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { encoder.append(self) }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> Int32 {
        if cell.type == .int2 { return Int32(try cell.load(Int16.self)) }
        try cell.expect(.int4)
        return try cell.load(Int32.self)
    }
}

extension Int64: SQLEncodable, SQLDecodable {
    @inlinable public static var sqlType: SQLType { .int8 }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { encoder.append(self) }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> Int64 {
        if cell.type == .int4 { return Int64(try cell.load(Int32.self)) }
        if cell.type == .int2 { return Int64(try cell.load(Int16.self)) }
        try cell.expect(.int8)
        return try cell.load(Int64.self)
    }
}

extension Int: SQLEncodable, SQLDecodable {
    @inlinable public static var sqlType: SQLType { .int8 }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { encoder.append(Int64(self)) }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> Int {
        Int(try Int64.decode(cell))
    }
}

/// For measurements only: money, shares and usage are integers or `SQLNumeric`.
extension Double: SQLEncodable, SQLDecodable {
    @inlinable public static var sqlType: SQLType { .float8 }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { encoder.append(bitPattern) }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> Double {
        try cell.expect(.float8)
        return Double(bitPattern: try cell.load(UInt64.self))
    }
}

extension String: SQLEncodable, SQLDecodable {
    @inlinable public static var sqlType: SQLType { .text }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { encoder.append(self) }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> String {
        switch cell.type {
        case nil, SQLType.text?, SQLType.varchar?, SQLType.bpchar?, SQLType.name?, SQLType.json?, SQLType.unknown?:
            guard let text = String(validating: try cell.required().bindMemory(to: UInt8.self), as: UTF8.self) else {
                throw .malformed("text that is not UTF-8")
            }
            return text
        case let type?: throw .malformed("column of type \(type.rawValue) where text is due")
        }
    }
}

extension SQLUUID: SQLEncodable, SQLDecodable {
    @inlinable public static var sqlType: SQLType { .uuid }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) {
        encoder.append(high)
        encoder.append(low)
    }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> SQLUUID {
        try cell.expect(.uuid)
        guard let value = SQLUUID(bytes: try cell.required()) else { throw .malformed("uuid of a wrong length") }
        return value
    }
}

extension SQLDate: SQLEncodable, SQLDecodable {
    @inlinable public static var sqlType: SQLType { .date }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { encoder.append(days) }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> SQLDate {
        try cell.expect(.date)
        return SQLDate(days: try cell.load(Int32.self))
    }
}

extension SQLTimestamp: SQLEncodable, SQLDecodable {
    @inlinable public static var sqlType: SQLType { .timestamptz }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { encoder.append(microseconds) }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> SQLTimestamp {
        try cell.expect(.timestamptz)
        return SQLTimestamp(microseconds: try cell.load(Int64.self))
    }
}

extension Optional: SQLEncodable where Wrapped: SQLEncodable {
    @inlinable public static var sqlType: SQLType { Wrapped.sqlType }
    @inlinable public var isSQLNull: Bool { self?.isSQLNull ?? true }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { self?.encode(into: &encoder) }
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
    @inlinable
    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> Wrapped? {
        cell.bytes == nil ? nil : try Wrapped.decode(cell)
    }
}
