public import Domain
public import Postgres

extension Rows {
    /// Reads every row.
    func map<T>(_ read: (inout Row) throws -> T) throws -> [T] {
        var values: [T] = []
        values.reserveCapacity(count)
        for index in 0..<count {
            var row = self[index]
            values.append(try read(&row))
        }
        return values
    }

    /// Reads the only row; no row means that the resource does not exist or is out of the caller's scope.
    func one<T>(_ type: String, _ name: String, _ read: (inout Row) throws -> T) throws -> T {
        guard count == 1 else { throw Failure.unknown(type, name) }
        var row = self[0]
        return try read(&row)
    }
}

/// Domain days travel as `date`.
extension CivilDate: SQLEncodable, SQLDecodable {
    /// Days from 1970-01-01 to 2000-01-01, where PostgreSQL's dates begin.
    static let epochOffset: Int32 = 10_957

    public static var sqlType: SQLType { .date }

    public func encode(into encoder: inout SQLEncoder) {
        encoder.append(Int32(daysSinceEpoch) - CivilDate.epochOffset)
    }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> CivilDate {
        guard let day = CivilDate(stored: try SQLDate.decode(cell)) else {
            throw .malformed("date outside the years 1 to 9999")
        }
        return day
    }

    /// The day of a `date`; nil outside the years 1 to 9999.
    init?(stored date: SQLDate) {
        self.init(daysSinceEpoch: Int(date.days) + Int(CivilDate.epochOffset))
    }
}

/// Instants are said as microseconds since 1970-01-01T00:00:00Z.
extension SQLTimestamp {
    /// From there to 2000-01-01, where PostgreSQL's instants begin.
    private static let epochOffset: Int64 = 946_684_800_000_000

    init(microsecondsSince1970 count: Int64) { self.init(microseconds: count - Self.epochOffset) }

    var microsecondsSince1970: Int64 { microseconds + Self.epochOffset }
}

extension SQL.Interpolation {
    /// Binds a value or NULL. Its label tells the compiler that the optional is meant.
    mutating func appendInterpolation<Value: SQLEncodable>(nullable value: Value?) {
        appendInterpolation(value)
    }
}
