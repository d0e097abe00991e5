/// How a member leaves a consortium: how long before, and on which days. For example at least a year, to the end of the
/// fiscal year (Satzung of the Zweckverband Itzgrund).
public struct NoticeRule: Sendable, Hashable {
    /// The days on which a membership may end.
    public enum ExitDay: String, Sendable, Hashable, CaseIterable {
        case endOfFiscalYear = "END_OF_FISCAL_YEAR"
        case endOfQuarter = "END_OF_QUARTER"
        case endOfMonth = "END_OF_MONTH"
        case any = "ANY"
    }

    /// Months between receipt of the notice and the exit, at least.
    public let months: Int
    public let exitDay: ExitDay
    /// Months that a membership lasts at least.
    public let minimumMonths: Int

    public init(months: Int, exitDay: ExitDay, minimumMonths: Int) {
        self.months = months
        self.exitDay = exitDay
        self.minimumMonths = minimumMonths
    }

    /// An exit as the rule allows it.
    public struct Exit: Sendable, Hashable {
        /// First day on which the party no longer is a member.
        public let day: CivilDate
        /// How it is computed, in words.
        public let explanation: String
    }

    /// The earliest exit after a notice. Throws OUT_OF_RANGE where the days leave the calendar.
    ///
    /// - Parameters:
    ///   - received: day on which the notice was received; it does not count (§ 187 (1) BGB), so a period of months
    ///     ends with the day of the same number (§ 188 (2) BGB).
    ///   - since: first day of the membership.
    public func earliestExit(
        received: CivilDate, memberSince since: CivilDate, fiscalYear: FiscalYear
    ) throws(Failure) -> Exit {
        guard let lastDay = received.adding(months: months), let afterNotice = lastDay.adding(days: 1),
            let afterMinimum = since.adding(months: minimumMonths)
        else { throw Self.outsideCalendar }
        let bound = max(afterNotice, afterMinimum)
        var text = "notice received on \(received), period of \(months) months ends with \(lastDay)"
        if minimumMonths > 0 {
            text += "; member since \(since), for at least \(minimumMonths) months, before \(afterMinimum)"
        }
        let day = try firstExit(notBefore: bound, fiscalYear)
        switch exitDay {
        case .any: break
        case .endOfMonth: text += "; the next month begins"
        case .endOfQuarter: text += "; the next quarter begins"
        case .endOfFiscalYear: text += "; the next fiscal year begins"
        }
        return Exit(day: day, explanation: exitDay == .any ? text : text + " on \(day)")
    }

    /// Whether a membership may end with the day before.
    public func allows(_ day: CivilDate, fiscalYear: FiscalYear) throws(Failure) -> Bool {
        try firstExit(notBefore: day, fiscalYear) == day
    }

    private func firstExit(notBefore bound: CivilDate, _ fiscalYear: FiscalYear) throws(Failure) -> CivilDate {
        let candidate: CivilDate? =
            switch exitDay {
            case .any: bound
            case .endOfMonth: Self.firstOfMonth(every: 1, notBefore: bound)
            case .endOfQuarter: Self.firstOfMonth(every: 3, notBefore: bound)
            case .endOfFiscalYear: fiscalYear.start(notBefore: bound)
            }
        guard let candidate else { throw Self.outsideCalendar }
        return candidate
    }

    /// The first day of a month, of every `step`-th from January on.
    private static func firstOfMonth(every step: Int, notBefore bound: CivilDate) -> CivilDate? {
        let month = (bound.month - 1) / step * step + 1
        guard let first = CivilDate(year: bound.year, month: month, day: 1) else { return nil }
        return first == bound ? first : first.adding(months: step)
    }

    private static let outsideCalendar = Failure(.outOfRange, "the exit would lie outside the years 1 to 9999")
}

/// The day on which every fiscal year of a consortium begins.
public struct FiscalYear: Sendable, Hashable {
    public let startMonth: Int
    /// 1 to 28, so that every year has it.
    public let startDay: Int

    public static let calendarYear = FiscalYear(knownMonth: 1, day: 1)

    /// Throws INVALID_FIELD.
    public init(startMonth: Int, startDay: Int, field: String) throws(Failure) {
        var checks = FieldChecks()
        checks.require((1...12).contains(startMonth), field + ".start_month", "must be between 1 and 12")
        checks.require((1...28).contains(startDay), field + ".start_day", "must be between 1 and 28")
        try checks.finish()
        self.init(knownMonth: startMonth, day: startDay)
    }

    private init(knownMonth: Int, day: Int) {
        startMonth = knownMonth
        startDay = day
    }

    /// The first day of a fiscal year, on a day or as soon as possible after it; nil at the end of the calendar.
    public func start(notBefore day: CivilDate) -> CivilDate? {
        guard let start = CivilDate(year: day.year, month: startMonth, day: startDay) else { return nil }
        return start >= day ? start : CivilDate(year: day.year + 1, month: startMonth, day: startDay)
    }
}
