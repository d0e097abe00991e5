internal import Domain

/// Periods as people write them.
enum PeriodText {
    /// A year, a month, or two days with a slash between them, the second one exclusive; nil for anything else.
    static func range(_ text: String) -> DateRange? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard let start = day(parts[0]), let end = day(parts[1]) else { return nil }
            return try? DateRange(start, end, field: "period")
        }
        if let start = day("\(text)-01-01"), text.utf8.count == 4 { return range(from: start, months: 12) }
        if let start = day("\(text)-01"), text.utf8.count == 7 { return range(from: start, months: 1) }
        return nil
    }

    /// The range in words: a whole year as the year, else first and last day.
    static func text(_ range: DateRange) -> String {
        guard let end = range.end else { return "from \(range.start)" }
        if range.start.month == 1, range.start.day == 1, end == range.start.adding(months: 12) {
            return "\(range.start.year)"
        }
        return "\(range.start) to \(end.adding(days: -1) ?? end)"
    }

    private static func day(_ text: some StringProtocol) -> CivilDate? {
        try? CivilDate(String(text), field: "day")
    }

    private static func range(from start: CivilDate, months: Int) -> DateRange? {
        guard let end = start.adding(months: months) else { return nil }
        return try? DateRange(start, end, field: "period")
    }
}
