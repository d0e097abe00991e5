/// An instant (`timestamptz`).
public struct SQLTimestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Microseconds since 2000-01-01 00:00 UTC; `Int64.max` and `Int64.min` are the two infinities.
    public let microseconds: Int64

    @inlinable
    public init(microseconds: Int64) { self.microseconds = microseconds }

    public static let infinity = SQLTimestamp(microseconds: .max)
    public static let minusInfinity = SQLTimestamp(microseconds: .min)

    /// Seconds from 1970-01-01 to 2000-01-01.
    private static let unixEpoch: Int64 = 946_684_800

    /// - Parameters: whole seconds and the nanoseconds after them since 1970-01-01 UTC; nil when out of range.
    public init?(unixSeconds: Int64, nanoseconds: Int32 = 0) {
        let seconds = unixSeconds.subtractingReportingOverflow(SQLTimestamp.unixEpoch)
        let product = seconds.partialValue.multipliedReportingOverflow(by: 1_000_000)
        let sum = product.partialValue.addingReportingOverflow(Int64(nanoseconds / 1000))
        guard !seconds.overflow, !product.overflow, !sum.overflow else { return nil }
        microseconds = sum.partialValue
    }

    /// Whole seconds since 1970-01-01 UTC, rounded down, and the nanoseconds after them.
    public var unix: (seconds: Int64, nanoseconds: Int32) {
        let remainder = ((microseconds % 1_000_000) + 1_000_000) % 1_000_000
        let seconds = (microseconds / 1_000_000) - (microseconds % 1_000_000 < 0 ? 1 : 0)
        return (seconds + SQLTimestamp.unixEpoch, Int32(remainder * 1000))
    }

    @inlinable
    public static func < (left: SQLTimestamp, right: SQLTimestamp) -> Bool { left.microseconds < right.microseconds }

    /// As PostgreSQL reads it in ISO style, in UTC.
    public var description: String {
        if self == .infinity { return "infinity" }
        if self == .minusInfinity { return "-infinity" }
        let perDay: Int64 = 86_400_000_000
        let time = ((microseconds % perDay) + perDay) % perDay
        let days = microseconds / perDay - (microseconds % perDay < 0 ? 1 : 0)
        let seconds = time / 1_000_000
        let (date, suffix) = CivilDay.text(days)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { CivilDay.padded($0, 2) }
        return "\(date) \(clock.joined(separator: ":")).\(CivilDay.padded(time % 1_000_000, 6))+00\(suffix)"
    }
}
