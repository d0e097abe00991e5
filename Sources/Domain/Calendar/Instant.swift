/// A moment in UTC to the second, as a count of seconds since 1970-01-01T00:00:00Z (no leap seconds), years 1…9999.
public struct Instant: Sendable, Hashable {
    /// Seconds since the Unix epoch.
    public let seconds: Int64

    private static let secondsPerDay = 86_400
    /// 0001-01-01T00:00:00Z … 9999-12-31T23:59:59Z, the range of `google.protobuf.Timestamp`.
    public static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// `nil` outside the years 1…9999.
    public init?(seconds: Int64) {
        guard Self.range.contains(seconds) else { return nil }
        self.seconds = seconds
    }

    /// Throws INVALID_FIELD outside the years 1…9999.
    public init(seconds: Int64, field: String) throws(Failure) {
        guard let instant = Instant(seconds: seconds) else {
            throw .invalid(field, "must lie in the years 1 to 9999")
        }
        self = instant
    }

    init(startOf date: CivilDate) {
        seconds = Int64(date.daysSinceEpoch * Self.secondsPerDay)
    }

    /// The day in UTC on which the moment falls.
    public var dateInUTC: CivilDate {
        split.date
    }

    private var split: (date: CivilDate, second: Int) {
        var (days, second) = Int(seconds).quotientAndRemainder(dividingBy: Self.secondsPerDay)
        if second < 0 {
            days -= 1
            second += Self.secondsPerDay
        }
        guard let date = CivilDate(daysSinceEpoch: days) else {
            preconditionFailure("an instant lies in the years of the calendar, see its initialisers")
        }
        return (date, second)
    }
}

extension Instant: Comparable {
    public static func < (left: Instant, right: Instant) -> Bool { left.seconds < right.seconds }
}

extension Instant: TextValue {
    /// Reads `2011-12-31T00:00:00Z` (ISO 8601, UTC, whole seconds) and nothing else.
    public init(_ text: String, field: String) throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        guard let instant = Instant(ascii: Array(text.utf8)) else {
            throw .invalid(field, "must be an instant such as 2011-12-31T00:00:00Z, not \"\(text.excerpt)\"")
        }
        self = instant
    }

    private init?(ascii bytes: [UInt8]) {
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "Z"),
            let date = CivilDate(ascii: bytes[0..<10]),
            let hour = Digits.number(bytes[11..<13]), hour < 24,
            let minute = Digits.number(bytes[14..<16]), minute < 60,
            let second = Digits.number(bytes[17..<19]), second < 60
        else { return nil }
        seconds = Instant(startOf: date).seconds + Int64(hour * 3600 + minute * 60 + second)
    }

    /// Appends the twenty bytes of `2011-12-31T00:00:00Z`.
    public func append(to bytes: inout [UInt8]) {
        let (date, second) = split
        date.append(to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        Digits.append(second / 3600, count: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Digits.append(second / 60 % 60, count: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Digits.append(second % 60, count: 2, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// `2011-12-31T00:00:00Z`
    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20)
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
