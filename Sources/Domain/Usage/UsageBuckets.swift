/// What one batch changes in the rollups: its records by party, metric and day, and the months they add up to.
public struct UsageBuckets: Sendable {
    /// Length of a bucket; the raw value is stored.
    public enum Grain: Int16, Sendable, Hashable {
        case day = 1
        case month = 2
    }

    /// One bucket of one party and metric, and what comes to it.
    public struct Row: Sendable, Hashable {
        public var grain: Grain
        /// First day, in days since 1970-01-01.
        public var bucket: Int32
        public var metric: Int32
        public var party: Int32
        public var aggregation: UsageAggregation
        /// Records more.
        public var count: Int64
        /// Records stored: those and corrections.
        public var stored: Int64
        /// For SUM what is added, for MAX the largest, for LAST that of the latest interval.
        public var quantity: Int64
        /// End of the latest interval, seconds since 1970-01-01T00:00:00Z, and its length.
        public var lastEnd: Int64
        public var lastSeconds: Int32
        /// Whether a correction has taken something from a MAX or LAST bucket: it has to be found anew in the records.
        public var mustBeFoundAnew: Bool
    }

    private struct Place: Hashable {
        var bucket: Int32
        var metric: Int32
        var party: Int32
    }

    private static let secondsPerDay: Int64 = 86_400

    private var rows: [Row] = []
    private var indexes: [Place: Int] = [:]
    /// Where the last record went; most go to the same bucket as the one before.
    private var last: (place: Place, index: Int)?

    public init() {}

    /// Adds a record that is the first of its key.
    ///
    /// - Throws: OUT_OF_RANGE when a bucket's sum does not fit.
    public mutating func add(_ key: UsageKey, quantity: Int64, _ aggregation: UsageAggregation) throws(Failure) {
        let index = index(of: key, aggregation)
        rows[index].count += 1
        rows[index].stored += 1
        try put(quantity, key, at: index)
    }

    /// Adds a record that supersedes one with the quantity `replaced`.
    ///
    /// - Throws: OUT_OF_RANGE when a bucket's sum does not fit.
    public mutating func correct(
        _ key: UsageKey, quantity: Int64, replaced: Int64, _ aggregation: UsageAggregation
    ) throws(Failure) {
        let index = index(of: key, aggregation)
        rows[index].stored += 1
        if aggregation == .sum {
            // Neither is negative, so the difference fits.
            try put(quantity - replaced, key, at: index)
        } else {
            rows[index].mustBeFoundAnew = true
        }
    }

    /// All buckets, months after days, each in the order of the rollup's key.
    public func finished() throws(Failure) -> [Row] {
        var months: [Row] = []
        var indexes: [Place: Int] = [:]
        for row in rows {
            guard let day = CivilDate(daysSinceEpoch: Int(row.bucket)),
                let first = CivilDate(year: day.year, month: day.month, day: 1)
            else { throw Failure(.outOfRange, "a day lies outside the calendar") }
            let place = Place(bucket: Int32(first.daysSinceEpoch), metric: row.metric, party: row.party)
            if let index = indexes[place] {
                try months[index].join(row)
            } else {
                indexes[place] = months.count
                var month = row
                month.grain = .month
                month.bucket = place.bucket
                months.append(month)
            }
        }
        return rows.sorted(by: Self.precedes) + months.sorted(by: Self.precedes)
    }

    private static func precedes(_ left: Row, _ right: Row) -> Bool {
        (left.bucket, left.metric, left.party) < (right.bucket, right.metric, right.party)
    }

    private mutating func index(of key: UsageKey, _ aggregation: UsageAggregation) -> Int {
        let day = Int32(truncatingIfNeeded: key.start / Self.secondsPerDay)
        let place = Place(bucket: day, metric: key.metric, party: key.party)
        if let last, last.place == place { return last.index }
        let index = indexes[place] ?? rows.count
        if index == rows.count {
            indexes[place] = index
            rows.append(
                Row(
                    grain: .day, bucket: day, metric: key.metric, party: key.party, aggregation: aggregation, count: 0,
                    stored: 0, quantity: 0, lastEnd: 0, lastSeconds: 0, mustBeFoundAnew: false))
        }
        last = (place, index)
        return index
    }

    private mutating func put(_ quantity: Int64, _ key: UsageKey, at index: Int) throws(Failure) {
        try rows[index].take(quantity, end: key.start + Int64(key.seconds), seconds: key.seconds)
    }
}

extension UsageBuckets.Row {
    fileprivate mutating func take(_ other: Int64, end: Int64, seconds: Int32) throws(Failure) {
        let isLater = (end, -seconds) > (lastEnd, -lastSeconds)
        switch aggregation {
        case .sum:
            let (sum, overflow) = quantity.addingReportingOverflow(other)
            guard !overflow else { throw Failure(.outOfRange, "the records of a day or month add up to too much") }
            quantity = sum
        case .max: quantity = max(quantity, other)
        case .last: if isLater { quantity = other }
        }
        if isLater { (lastEnd, lastSeconds) = (end, seconds) }
    }

    fileprivate mutating func join(_ day: UsageBuckets.Row) throws(Failure) {
        count += day.count
        stored += day.stored
        mustBeFoundAnew = mustBeFoundAnew || day.mustBeFoundAnew
        try take(day.quantity, end: day.lastEnd, seconds: day.lastSeconds)
    }
}
