/// A civil date (`date`).
public struct SQLDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 2000-01-01; `Int32.max` and `Int32.min` are the two infinities.
    public let days: Int32

    @inlinable
    public init(days: Int32) { self.days = days }

    public static let infinity = SQLDate(days: .max)
    public static let minusInfinity = SQLDate(days: .min)

    @inlinable
    public static func < (left: SQLDate, right: SQLDate) -> Bool { left.days < right.days }

    /// As PostgreSQL writes it in ISO style.
    public var description: String {
        if self == .infinity { return "infinity" }
        if self == .minusInfinity { return "-infinity" }
        let (date, suffix) = CivilDay.text(Int64(days))
        return date + suffix
    }
}
