/// A value that can be bound as a parameter or written into a binary `COPY` row.
public protocol SQLEncodable: Sendable {
    static var sqlType: SQLType { get }
    /// Whether the value is NULL; `encode` is not called then.
    var isSQLNull: Bool { get }
    /// Appends the value's bytes, without its length.
    func encode(into encoder: inout SQLEncoder)
}

extension SQLEncodable {
    @inlinable public var isSQLNull: Bool { false }
}

/// A value as it came: type and bytes of one column of one row. Valid only during the call that gets it.
public struct SQLCell {
    /// The column's type; nil where the protocol does not tell it (`COPY`).
    public let type: SQLType?
    /// The bytes, or nil for NULL.
    public let bytes: UnsafeRawBufferPointer?

    public init(type: SQLType?, bytes: UnsafeRawBufferPointer?) {
        self.type = type
        self.bytes = bytes
    }
}

/// A value that can be read from a column.
public protocol SQLDecodable {
    /// - Throws: `DatabaseError` of kind `malformed` when type, length or contents do not fit; it never traps.
    static func decode(_ cell: SQLCell) throws(DatabaseError) -> Self
}

/// A value that can be an element of an SQL array.
public protocol SQLArrayElement: Sendable {
    static var sqlArrayType: SQLType { get }
    static func encodeArray(_ values: [Self], into encoder: inout SQLEncoder)
    static func decodeArray(_ cell: SQLCell) throws(DatabaseError) -> [Self]
}
