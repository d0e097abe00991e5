/// Builds the data of a binary `COPY` (PostgreSQL manual, COPY, "Binary Format"): header, rows, trailer.
///
///     var rows = CopyRows()
///     rows.beginRow(columns: 2)
///     rows.append(id)
///     rows.append(name)
///     rows.end()
///     try await copy.write(rows.bytes)
public struct CopyRows: Sendable {
    private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
    /// What every binary `COPY` begins with: signature, no flags, no extension.
    public static let header: [UInt8] = signature + [0, 0, 0, 0, 0, 0, 0, 0]
    /// What it ends with.
    public static let trailer: [UInt8] = [0xFF, 0xFF]

    @usableFromInline var encoder: SQLEncoder

    /// Begins with the header.
    public init(capacity: Int = 0) {
        encoder = SQLEncoder(capacity: capacity)
        encoder.append(contentsOf: CopyRows.header)
    }

    /// What was built since the start, or since `removeAll`.
    public var bytes: [UInt8] { encoder.bytes }

    /// Number of bytes built so far.
    public var count: Int { encoder.bytes.count }

    /// Forgets what was built, for the next piece of the same `COPY`; keeps the memory.
    public mutating func removeAll() { encoder.removeAll() }

    /// Begins a row of so many columns.
    @inlinable
    public mutating func beginRow(columns: Int16) { encoder.append(columns) }

    /// Appends the next column of the row. Its type must be the column's: nothing is converted.
    @inlinable
    public mutating func append<Value: SQLEncodable>(_ value: Value) { encoder.appendField(value) }

    /// Appends the trailer.
    public mutating func end() { encoder.append(contentsOf: CopyRows.trailer) }

    /// The bytes after the header, or nil if they do not begin with one.
    static func withoutHeader(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard bytes.count >= header.count, bytes.starts(with: signature) else { return nil }
        var reader = FieldReader(UnsafeRawBufferPointer(rebasing: bytes[(header.count - 4)...]))
        guard let extensionLength = try? reader.number(Int32.self), extensionLength >= 0,
            Int(extensionLength) <= reader.left
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[(header.count + Int(extensionLength))...])
    }
}

/// Reads the columns of one row of a binary `COPY`. Valid as long as its bytes.
public struct CopyRow {
    private var fields: FieldReader
    /// Number of columns.
    public let columns: Int

    /// - Parameter bytes: what `CopyOut.next` lends.
    public init(_ bytes: UnsafeRawBufferPointer) throws(DatabaseError) {
        fields = FieldReader(bytes)
        columns = Int(try fields.number(Int16.self))
    }

    /// Decodes the next column. The protocol does not tell its type, so only the length can be checked.
    @inlinable
    public mutating func next<Value: SQLDecodable>(_: Value.Type = Value.self) throws(DatabaseError) -> Value {
        try Value.decode(SQLCell(type: nil, bytes: try nextField()))
    }

    /// The bytes of the next column; nil for NULL.
    public mutating func nextField() throws(DatabaseError) -> UnsafeRawBufferPointer? { try fields.field() }

    /// Whether the bytes are a row and nothing is missing.
    static func isWhole(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do {
            var row = try CopyRow(bytes)
            guard row.columns >= 0 else { return false }
            for _ in 0..<row.columns { _ = try row.nextField() }
            return row.fields.left == 0
        } catch {
            return false
        }
    }
}
