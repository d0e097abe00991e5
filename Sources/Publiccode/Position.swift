/// A place in a document. Lines and columns count from 1, columns in Unicode scalars.
public struct Position: Sendable, Hashable {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    static let start = Position(line: 1, column: 1)

    /// Where the byte at `offset` stands.
    init<Bytes: Collection>(ofByte offset: Int, in bytes: Bytes) where Bytes.Element == UInt8 {
        let before = bytes.prefix(offset)
        let lastLine = before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).last ?? before
        line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        // Bytes that continue a scalar do not count.
        column = 1 + lastLine.count { $0 & 0xC0 != 0x80 }
    }
}

extension Position: Comparable {
    public static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

extension Position: CustomStringConvertible {
    /// `12:3`
    public var description: String { "\(line):\(column)" }
}
