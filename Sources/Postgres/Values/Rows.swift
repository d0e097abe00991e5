internal import CLibPQ

/// The result of one statement: its rows, or how many it touched. Owns the library's result and frees it at the end.
public final class Rows: @unchecked Sendable {  // a finished result is never written again
    private let result: OpaquePointer
    /// Number of rows.
    public let count: Int
    /// Number of columns.
    public let columns: Int

    /// Takes the result over.
    init(_ result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
        columns = Int(PQnfields(result))
    }

    deinit { PQclear(result) }

    /// Rows inserted, updated, deleted, selected or copied, as the command's tag tells.
    public var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// The command's tag, such as `INSERT 0 1`.
    public var tag: String { String(cString: PQcmdStatus(result)) }

    /// The cell at `row` and `column`; its bytes live as long as the result.
    @usableFromInline
    func cell(row: Int, column: Int) throws(DatabaseError) -> SQLCell {
        guard row >= 0, row < count, column >= 0, column < columns else {
            throw .malformed("no cell at row \(row), column \(column) of \(count) × \(columns)")
        }
        let (row, column) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
        let type = SQLType(rawValue: PQftype(result, column))
        let length = Int(PQgetlength(result, row, column))
        if length == 0, PQgetisnull(result, row, column) == 1 { return SQLCell(type: type, bytes: nil) }
        let start = UnsafeRawPointer(PQgetvalue(result, row, column))
        return SQLCell(type: type, bytes: UnsafeRawBufferPointer(start: start, count: length))
    }

    /// Decodes one cell.
    /// - Throws: `DatabaseError` of kind `malformed` when there is no such cell, or it does not fit the type.
    @inlinable
    public func decode<Value: SQLDecodable>(_: Value.Type, row: Int, column: Int) throws(DatabaseError) -> Value {
        defer { withExtendedLifetime(self) {} }
        return try Value.decode(try cell(row: row, column: column))
    }
}

extension Rows: RandomAccessCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { count }

    @inlinable
    public subscript(index: Int) -> Row { Row(rows: self, index: index) }
}

/// One row of a result, read column by column.
public struct Row: Sendable {
    @usableFromInline let rows: Rows
    /// Position of the row in its result.
    public let index: Int
    @usableFromInline var column = 0

    @inlinable
    init(rows: Rows, index: Int) {
        self.rows = rows
        self.index = index
    }

    /// Decodes the next column, the first one at first.
    /// - Throws: `DatabaseError` of kind `malformed` when there is no such column, or it does not fit the type.
    @inlinable
    public mutating func next<Value: SQLDecodable>(_ type: Value.Type = Value.self) throws(DatabaseError) -> Value {
        defer { column += 1 }
        return try rows.decode(type, row: index, column: column)
    }

    /// Decodes the column at a position, from 0.
    @inlinable
    public func decode<Value: SQLDecodable>(
        _ type: Value.Type = Value.self, column: Int
    ) throws(DatabaseError) -> Value {
        try rows.decode(type, row: index, column: column)
    }
}
