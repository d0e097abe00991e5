/// The periods of a consortium: which days are closed, and into which period something enters that comes late.
public struct PeriodCalendar: Sendable, Hashable {
    /// How long a period is.
    public enum Kind: Sendable, Hashable, CaseIterable {
        case fiscalYear
        case quarter
        case month

        public var months: Int {
            switch self {
            case .fiscalYear: 12
            case .quarter: 3
            case .month: 1
            }
        }

        /// The days of the period that begins on a day. Throws INVALID_FIELD, naming `<field>`, unless a month begins
        /// then.
        public func days(from start: CivilDate, field: String) throws(Failure) -> DateRange {
            guard start.day == 1 else { throw .invalid(field, "must be the first day of a month, not \(start)") }
            guard let end = start.adding(months: months) else { throw .invalid(field, "must leave room for its days") }
            return try DateRange(start, end, field: field)
        }
    }

    /// One period.
    public struct Period: Sendable, Hashable {
        /// Its id within the consortium.
        public let code: String
        /// Has an end.
        public let days: DateRange
        public let state: PeriodState
        /// Size of the register when it was closed, which is the usage cut-off; `nil` unless it is CLOSED.
        public let closedSize: Int64?

        public init(code: String, days: DateRange, state: PeriodState, closedSize: Int64?) {
            self.code = code
            self.days = days
            self.state = state
            self.closedSize = state == .closed ? closedSize : nil
        }
    }

    /// By ascending days.
    public let periods: [Period]

    /// Periods never overlap: the database sees to that.
    public init(_ periods: [Period]) {
        self.periods = periods.sorted { $0.days.start < $1.days.start }
    }

    /// The period that a day belongs to; `nil` where nobody has opened one.
    public func period(of day: CivilDate) -> Period? { periods.first { $0.days.contains(day) } }

    /// Whether a day lies in a closed period. A day without a period is open.
    public func isClosed(_ day: CivilDate) -> Bool { period(of: day)?.state == .closed }

    /// The first day from `day` on that is not closed: where what comes late for `day` is booked (U3).
    public func firstOpenDay(from day: CivilDate) -> CivilDate {
        var day = day
        while let period = period(of: day), period.state == .closed, let end = period.days.end { day = end }
        return day
    }

    /// The periods that have a day of the range.
    public func overlapping(_ range: DateRange) -> [Period] { periods.filter { $0.days.overlaps(range) } }

    /// The usage cut-off of a range of days: the size at its latest closing; `nil` unless every day of it is closed.
    public func cutOff(of range: DateRange) -> Int64? {
        guard let end = range.end else { return nil }
        var day = range.start
        var size: Int64 = 0
        while day < end {
            guard let period = period(of: day), let closed = period.closedSize, let next = period.days.end else {
                return nil
            }
            size = max(size, closed)
            day = next
        }
        return size
    }

    /// Throws INVALID_STATE, naming the first day that is still open, unless all are closed.
    public func requireClosed(_ range: DateRange, to action: String) throws(Failure) {
        guard cutOff(of: range) == nil else { return }
        let open = firstOpenDay(from: range.start)
        let period = period(of: open).map { "period \($0.code) is \($0.state.rawValue)" }
        let what = period ?? "no period has been opened for it"
        throw Failure(
            .invalidState,
            "to \(action) every day of \(range) must lie in a CLOSED period; \(open) does not: \(what)"
        ).with("day", open.description)
    }
}
