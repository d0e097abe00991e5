/// Which usage a component counts: of which metric, over which days, and how the intervals in them become one figure.
public struct UsageMeasure: Sendable, Hashable {
    /// Over which days usage counts.
    public enum Window: Sendable, Hashable {
        /// The charged period itself.
        case period
        /// The calendar year before the one in which the charged period begins.
        case previousYear
        /// The same days whatever the period.
        case fixed(DateRange)

        /// The days for a charged period. Throws INVALID_FIELD if there is no calendar year before it.
        public func days(for period: DateRange, field: String = "period") throws(Failure) -> DateRange {
            switch self {
            case .period: return period
            case .previousYear:
                let year = period.start.year
                return try DateRange(
                    CivilDate(year: year - 1, month: 1, day: 1, field: field),
                    CivilDate(year: year, month: 1, day: 1, field: field), field: field)
            case .fixed(let days): return days
            }
        }
    }

    /// How the quantities of several intervals become one.
    public enum Aggregation: String, Sendable, Hashable, CaseIterable {
        /// All together: cases, documents.
        case sum = "SUM"
        /// The largest: peak of users or of storage.
        case max = "MAX"
        /// That of the interval which ends last: stock at the end.
        case last = "LAST"

        /// The figure of one party. Two intervals that end at once are told apart by their beginning, and equal ones by
        /// quantity, so that the order of the records never matters. `nil` without records; throws OUT_OF_RANGE.
        public func figure(of records: [(interval: DateRange, quantity: Quantity)]) throws(Failure) -> Quantity? {
            guard var figure = records.first?.quantity else { return nil }
            switch self {
            case .sum:
                for record in records.dropFirst() { figure = try figure.adding(record.quantity) }
            case .max:
                for record in records where record.quantity.order(against: figure) > 0 { figure = record.quantity }
            case .last:
                let last = records.max { left, right in
                    if left.interval != right.interval { return Self.ends(left.interval, before: right.interval) }
                    return left.quantity.order(against: right.quantity) < 0
                }
                figure = last?.quantity ?? figure
            }
            return figure
        }

        private static func ends(_ left: DateRange, before right: DateRange) -> Bool {
            switch (left.end, right.end) {
            case (nil, nil): left.start < right.start
            case (nil, _): false
            case (_, nil): true
            case (let first?, let second?): (first, left.start) < (second, right.start)
            }
        }
    }

    public let metric: ResourceID
    public let window: Window
    public let aggregation: Aggregation

    public init(_ metric: ResourceID, window: Window = .period, aggregation: Aggregation = .sum) {
        self.metric = metric
        self.window = window
        self.aggregation = aggregation
    }
}
