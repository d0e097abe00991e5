/// A limit that a statute sets to changes of the rate or the rule, as data of the agreement.
public enum RateGuard: Sendable, Hashable {
    /// At most so many changes that take effect in one calendar year (RVR-Gesetz § 19: one).
    case changesPerYear(Int)
    /// A higher rate only takes effect in a year if it was decided before this day of it (RVR-Gesetz § 19: 30 June).
    case increaseDecidedBefore(ReferenceDateRule.DayOfYear)

    /// A change of the rate: when it was decided, from when it counts, and from what to what.
    public struct Change: Sendable, Hashable {
        public let decided: CivilDate
        /// May lie before the decision: rates are back-dated to the beginning of the year.
        public let effective: CivilDate
        public let isIncrease: Bool

        public init(decided: CivilDate, effective: CivilDate, isIncrease: Bool) {
            self.decided = decided
            self.effective = effective
            self.isIncrease = isIncrease
        }
    }

    /// Checks one more change after those there were. Throws INVALID_STATE with the guard that stands against it.
    public func check(_ change: Change, after earlier: [Change]) throws(Failure) {
        let year = change.effective.year
        switch self {
        case .changesPerYear(let limit):
            let count = earlier.count { $0.effective.year == year }
            guard count >= limit else { return }
            throw Failure(
                .invalidState,
                "the rate was changed \(count) times for \(year), and the agreement allows \(limit); "
                    + "let the change take effect in \(year + 1)"
            ).with("year", String(year))
        case .increaseDecidedBefore(let last):
            guard change.isIncrease,
                let day = CivilDate(year: year, month: last.month, day: last.day), change.decided >= day
            else { return }
            throw Failure(
                .invalidState,
                "an increase for \(year) must be decided before \(day), not on \(change.decided); "
                    + "let it take effect in \(year + 1)"
            ).with("year", String(year))
        }
    }
}
