/// Who shares the cost of a period: everybody who is a member on a day of it, each for its days (V5).
public struct PeriodMembers: Sendable, Hashable {
    /// How a party bears that is a member on some days only. What it has used it bears in any case.
    public enum PartialRule: String, Sendable, Hashable, CaseIterable {
        /// Every key counts by the days of membership.
        case byDays = "BY_DAYS"
        /// By the months of membership; one that was begun is a whole one.
        case byMonths = "BY_MONTHS"
        /// Every key counts in full.
        case wholePeriod = "WHOLE_PERIOD"

        /// In words: `by days of membership`.
        public var phrase: String {
            switch self {
            case .byDays: "by days of membership"
            case .byMonths: "by begun months of membership"
            case .wholePeriod: "for the whole period"
            }
        }
    }

    /// Has an end.
    public let period: DateRange
    /// By party, the days on which it is a member, inside the period, ascending and apart.
    public let days: [PartyCode: [DateRange]]

    /// Memberships that have no day in the period are left out; those of one party are put together.
    public init(_ memberships: [(party: PartyCode, days: DateRange)], in period: DateRange) {
        self.period = period
        var days: [PartyCode: [DateRange]] = [:]
        for (party, membership) in memberships.sorted(by: { $0.days.start < $1.days.start }) {
            guard let own = membership.intersection(period) else { continue }
            if let last = days[party]?.last, let end = last.end, own.start <= end {
                let furthest = own.end.map { max($0, end) }
                days[party]?.removeLast()
                days[party]?.append(DateRange(known: last.start, furthest))
            } else {
                days[party, default: []].append(own)
            }
        }
        self.days = days
    }

    /// By ascending code.
    public var parties: [PartyCode] { days.keys.sorted() }

    /// Those that are members on some days only.
    public var partial: [PartyCode] { parties.filter { days[$0] != [period] } }

    /// How much each counts under a rule; `nil` where all count in full.
    public func presence(_ rule: PartialRule) -> Presence? {
        let partial = partial
        guard !partial.isEmpty, rule != .wholePeriod else { return nil }
        var parts: [PartyCode: Int] = [:]
        for party in partial { parts[party] = count(days[party] ?? [], rule) }
        return Presence(unit: rule == .byDays ? "days" : "months", whole: count([period], rule), parts: parts)
    }

    private func count(_ ranges: [DateRange], _ rule: PartialRule) -> Int {
        guard rule == .byMonths else { return ranges.reduce(0) { $0 + ($1.dayCount ?? 0) } }
        var count = 0
        var start = period.start
        while let end = period.end, start < end {
            let next = start.adding(months: 1) ?? end
            let month = DateRange(known: start, min(next, end))
            if ranges.contains(where: { $0.overlaps(month) }) { count += 1 }
            start = next
        }
        return count
    }
}
