/// A day of the civil calendar without time or zone (proleptic Gregorian, years 1…9999).
public struct CivilDate: Sendable, Hashable {
    /// Years a date may have; the same as `google.type.Date` with a full date.
    public static let years = 1...9999

    public let year: Int
    /// 1…12
    public let month: Int
    /// 1…31
    public let day: Int

    /// `nil` if there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard Self.years.contains(year), (1...12).contains(month),
            day >= 1, day <= Self.days(inMonth: month, year: year)
        else { return nil }
        self.init(known: year, month, day)
    }

    /// Throws INVALID_FIELD if there is no such day.
    public init(year: Int, month: Int, day: Int, field: String) throws(Failure) {
        guard let date = CivilDate(year: year, month: month, day: day) else {
            throw .invalid(field, "must be a day of the calendar, not year \(year), month \(month), day \(day)")
        }
        self = date
    }

    private init(known year: Int, _ month: Int, _ day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day so many days after 1970-01-01, or `nil` outside the years 1…9999.
    public init?(daysSinceEpoch: Int) {
        let first = Self.daysBeforeYear(1) - Self.epoch
        let last = Self.daysBeforeYear(10_000) - 1 - Self.epoch
        guard (first...last).contains(daysSinceEpoch) else { return nil }
        // Estimate the year from the mean length of a year, then correct: the estimate is off by one at most.
        let days = daysSinceEpoch + Self.epoch
        var year = days * 400 / 146_097 + 1
        if days < Self.daysBeforeYear(year) { year -= 1 }
        if days >= Self.daysBeforeYear(year + 1) { year += 1 }
        var rest = days - Self.daysBeforeYear(year)
        var month = 1
        while rest >= Self.days(inMonth: month, year: year) {
            rest -= Self.days(inMonth: month, year: year)
            month += 1
        }
        self.init(known: year, month, rest + 1)
    }

    /// Days since 1970-01-01; negative before it.
    public var daysSinceEpoch: Int {
        var days = Self.daysBeforeYear(year) + day - 1
        for earlier in 1..<month { days += Self.days(inMonth: earlier, year: year) }
        return days - Self.epoch
    }

    /// Whether the year has a 29 February.
    public static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// Number of days of a month 1…12.
    public static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 0001-01-01 to the first day of the year.
    private static func daysBeforeYear(_ year: Int) -> Int {
        let past = year - 1
        return past * 365 + past / 4 - past / 100 + past / 400
    }

    /// Days from 0001-01-01 to 1970-01-01.
    private static let epoch = daysBeforeYear(1970)

    /// The day so many days later (or earlier), or `nil` outside the years 1…9999.
    public func adding(days: Int) -> CivilDate? {
        let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
        return overflow ? nil : CivilDate(daysSinceEpoch: sum)
    }

    /// The same day so many months later (or earlier), at the latest the end of that month; `nil` outside the years.
    public func adding(months: Int) -> CivilDate? {
        let (sum, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
        guard !overflow, sum >= 12, Self.years.contains(sum / 12) else { return nil }
        let length = Self.days(inMonth: sum % 12 + 1, year: sum / 12)
        return CivilDate(year: sum / 12, month: sum % 12 + 1, day: min(day, length))
    }

    /// The last day of the month.
    public var endOfMonth: CivilDate {
        CivilDate(known: year, month, Self.days(inMonth: month, year: year))
    }

    /// The instant at which the day begins in UTC.
    public var startInUTC: Instant {
        Instant(startOf: self)
    }
}

extension CivilDate: Comparable {
    public static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

extension CivilDate: TextValue {
    /// Reads `2011-12-31` (ISO 8601) and nothing else.
    public init(_ text: String, field: String) throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        guard let date = CivilDate(ascii: Array(text.utf8)) else {
            throw .invalid(field, "must be a day such as 2011-12-31, not \"\(text.excerpt)\"")
        }
        self = date
    }

    init?(ascii bytes: some RandomAccessCollection<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Digits.number(bytes[0..<4]), let month = Digits.number(bytes[5..<7]),
            let day = Digits.number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Appends the ten bytes of `2011-12-31`.
    public func append(to bytes: inout [UInt8]) {
        Digits.append(year, count: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Digits.append(month, count: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Digits.append(day, count: 2, to: &bytes)
    }

    /// `2011-12-31`
    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(10)
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
