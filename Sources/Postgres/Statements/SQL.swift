/// One statement, written as a string literal whose interpolated values become parameters.
///
///     let sql: SQL = "SELECT name FROM municipality WHERE ars = \(ars) AND valid_from <= \(day)"
///
/// The text comes from literals of the program alone (`StaticString`), so no input can become SQL; every value is
/// bound in binary. A fragment of type `SQL` is spliced in. `COPY` takes no parameters: there, and only there, use
/// `SQL.literal` and `SQL.identifier`, which quote.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// A part of the text: static text, a parameter, or quoted text made at run time.
    @usableFromInline
    struct Piece: Sendable, Equatable {
        /// Address of static text, or one of the two marks below, which no address equals.
        let address: UInt
        /// Bytes of static text, type of a parameter, or index of quoted text.
        let word: UInt

        static let parameter: UInt = 0
        static let quoted: UInt = 1
    }

    private(set) var pieces: [Piece]
    private(set) var quoted: [String] = []
    @usableFromInline var parameters: SQLEncoder
    private(set) var parameterCount: Int
    /// Identifies the pieces (not the values) with high probability; equality of `pieces` decides.
    private(set) var shape: UInt64

    public init(stringLiteral text: StaticString) {
        self.init(pieces: 1, parameters: 0)
        append(text)
    }

    public init(stringInterpolation: Interpolation) {
        self = stringInterpolation.sql
    }

    private init(pieces: Int, parameters: Int) {
        self.pieces = []
        self.pieces.reserveCapacity(pieces)
        self.parameters = SQLEncoder(capacity: parameters * 24)
        parameterCount = 0
        shape = 0
    }

    /// Collects the parts of an interpolated literal.
    public struct Interpolation: StringInterpolationProtocol {
        @usableFromInline var sql: SQL

        public init(literalCapacity: Int, interpolationCount: Int) {
            sql = SQL(pieces: 2 * interpolationCount + 1, parameters: interpolationCount)
        }

        public mutating func appendLiteral(_ text: StaticString) {
            sql.append(text)
        }

        /// Binds a value.
        @inlinable
        public mutating func appendInterpolation<Value: SQLEncodable>(_ value: Value) {
            sql.bind(value)
        }

        /// Splices a fragment in, with the parameters it carries.
        public mutating func appendInterpolation(_ fragment: SQL) {
            sql.append(fragment)
        }
    }

    // MARK: - Building

    private mutating func append(_ piece: Piece) {
        pieces.append(piece)
        shape = (shape ^ UInt64(piece.address) ^ (UInt64(piece.word) << 32)) &* 0x9E37_79B9_7F4A_7C15
        shape ^= shape >> 29
    }

    private mutating func append(_ text: StaticString) {
        precondition(text.hasPointerRepresentation, "SQL is a string literal")
        guard text.utf8CodeUnitCount > 0 else { return }
        append(Piece(address: UInt(bitPattern: text.utf8Start), word: UInt(text.utf8CodeUnitCount)))
    }

    private mutating func append(_ fragment: SQL) {
        for piece in fragment.pieces {
            if piece.address == Piece.quoted {
                append(quoted: fragment.quoted[Int(piece.word)])
            } else {
                append(piece)
            }
        }
        parameters.append(contentsOf: fragment.parameters.bytes)
        parameterCount += fragment.parameterCount
    }

    private mutating func append(quoted text: String) {
        append(Piece(address: Piece.quoted, word: UInt(quoted.count)))
        quoted.append(text)
    }

    @usableFromInline
    mutating func appendParameter(_ type: SQLType) {
        append(Piece(address: Piece.parameter, word: UInt(type.rawValue)))
        parameterCount += 1
    }

    @inlinable
    mutating func bind<Value: SQLEncodable>(_ value: Value) {
        appendParameter(Value.sqlType)
        parameters.appendField(value)
    }

    // MARK: - Reading

    /// Whether two values of this statement share one prepared statement: no part was made at run time.
    var isStatic: Bool { quoted.isEmpty }

    /// The text as the server gets it, with `$1`, `$2`, … for the parameters.
    public var text: String {
        var text = ""
        var number = 0
        for piece in pieces {
            switch piece.address {
            case Piece.parameter:
                number += 1
                text += "$\(number)"
            case Piece.quoted:
                text += quoted[Int(piece.word)]
            default:
                let start = UnsafePointer<UInt8>(bitPattern: piece.address)
                text += String(decoding: UnsafeBufferPointer(start: start, count: Int(piece.word)), as: UTF8.self)
            }
        }
        return text
    }

    /// Types of the parameters in order.
    var parameterTypes: [UInt32] {
        pieces.compactMap { $0.address == Piece.parameter ? UInt32(truncatingIfNeeded: $0.word) : nil }
    }

    // MARK: - Text made at run time

    /// A quoted identifier, for names the program itself composes, such as a month's partition.
    public static func identifier(_ name: String) -> SQL {
        var sql = SQL(pieces: 1, parameters: 0)
        sql.append(quoted: "\"" + name.doubling("\"") + "\"")
        return sql
    }

    /// A quoted constant, for statements that take no parameters (`COPY`).
    public static func literal(_ value: Int64) -> SQL { constant("\(value)", "int8") }
    /// A quoted constant, for statements that take no parameters (`COPY`).
    public static func literal(_ value: Int32) -> SQL { constant("\(value)", "int4") }
    /// A quoted constant, for statements that take no parameters (`COPY`).
    public static func literal(_ value: Bool) -> SQL { constant("\(value)", "bool") }
    /// A quoted constant, for statements that take no parameters (`COPY`).
    public static func literal(_ value: String) -> SQL { constant(value, "text") }
    /// A quoted constant, for statements that take no parameters (`COPY`).
    public static func literal(_ value: SQLUUID) -> SQL { constant(value.description, "uuid") }
    /// A quoted constant, for statements that take no parameters (`COPY`).
    public static func literal(_ value: SQLDate) -> SQL { constant(value.description, "date") }
    /// A quoted constant, for statements that take no parameters (`COPY`).
    public static func literal(_ value: SQLTimestamp) -> SQL { constant(value.description, "timestamptz") }
    /// A quoted constant, for statements that take no parameters (`COPY`).
    public static func literal(_ value: [UInt8]) -> SQL { constant("\\x" + value.hexadecimal, "bytea") }
    /// A quoted constant, for statements that take no parameters (`COPY`).
    public static func literal(_ value: [Int64]) -> SQL {
        constant("{" + value.map(String.init).joined(separator: ",") + "}", "int8[]")
    }
    /// A quoted constant, for statements that take no parameters (`COPY`).
    public static func literal(_ value: [Int32]) -> SQL {
        constant("{" + value.map(String.init).joined(separator: ",") + "}", "int4[]")
    }

    private static func constant(_ value: String, _ type: String) -> SQL {
        var sql = SQL(pieces: 1, parameters: 0)
        if value.utf8.contains(0) {
            // A zero byte would end the statement; written this way the server refuses it (22021).
            sql.append(quoted: "convert_from('\\x\(Array(value.utf8).hexadecimal)', 'UTF8')::\(type)")
        } else {
            sql.append(quoted: "'" + value.doubling("'") + "'::\(type)")
        }
        return sql
    }
}

extension String {
    fileprivate func doubling(_ quote: Character) -> String {
        var result = ""
        for character in unicodeScalars {
            if character == quote.unicodeScalars.first { result.unicodeScalars.append(character) }
            result.unicodeScalars.append(character)
        }
        return result
    }
}

extension [UInt8] {
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
