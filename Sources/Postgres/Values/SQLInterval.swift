/// A span of time (`interval`), kept in the three parts the server keeps: a month has no fixed number of days, and a
/// day none of hours.
///
/// Equality compares the parts. The server counts 30 days as one month and 24 hours as one day; this type does not.
public struct SQLInterval: Sendable, Hashable {
    public let months: Int32
    public let days: Int32
    public let microseconds: Int64

    @inlinable
    public init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
        self.months = months
        self.days = days
        self.microseconds = microseconds
    }
}

extension SQLInterval: SQLEncodable, SQLDecodable, SQLArrayElement {
    @inlinable public static var sqlType: SQLType { .interval }
    @inlinable public static var sqlArrayType: SQLType { .intervalArray }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) {
        encoder.append(microseconds)
        encoder.append(days)
        encoder.append(months)
    }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> SQLInterval {
        try cell.expect(.interval)
        var fields = FieldReader(try cell.required())
        let microseconds = try fields.number(Int64.self)
        let days = try fields.number(Int32.self)
        let months = try fields.number(Int32.self)
        guard fields.left == 0 else { throw .malformed("interval with bytes after its end") }
        return SQLInterval(months: months, days: days, microseconds: microseconds)
    }
}
