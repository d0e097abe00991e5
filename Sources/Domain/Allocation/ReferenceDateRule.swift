/// On which day (Stichtag) the key figures of a charged year are read. Part of the key, as statutes differ in it.
public enum ReferenceDateRule: Sendable, Hashable {
    /// A day of every year; 29 February is none.
    public struct DayOfYear: Sendable, Hashable {
        public let month: Int
        public let day: Int

        /// Throws INVALID_FIELD unless every year has the day.
        public init(month: Int, day: Int, field: String) throws(Failure) {
            guard CivilDate(year: 2001, month: month, day: day) != nil else {
                throw .invalid(field, "must be a day of every year, not month \(month), day \(day)")
            }
            self.month = month
            self.day = day
        }
    }

    /// 30 June of the year before the charged one (for example VGemO Art. 8).
    case june30OfPreviousYear
    /// 31 December of the year before the charged one.
    case december31OfPreviousYear
    /// 1 January of the year before the charged one (for example OS2 in Denmark).
    case january1OfPreviousYear
    /// The day of the official school statistics in the year before the charged one. Each Land sets its own.
    case schoolStatistics(DayOfYear)
    /// The same day whatever the year.
    case fixed(CivilDate)

    /// The reference date for the charged year. Throws INVALID_FIELD if the year before it is not a calendar year.
    public func day(forYear year: Int, field: String = "year") throws(Failure) -> CivilDate {
        if case .fixed(let day) = self { return day }
        guard CivilDate.years.contains(year), CivilDate.years.contains(year - 1) else {
            throw .invalid(field, "must have a calendar year before it, not \(year)")
        }
        return switch self {
        case .june30OfPreviousYear: try CivilDate(year: year - 1, month: 6, day: 30, field: field)
        case .december31OfPreviousYear: try CivilDate(year: year - 1, month: 12, day: 31, field: field)
        case .january1OfPreviousYear: try CivilDate(year: year - 1, month: 1, day: 1, field: field)
        case .schoolStatistics(let day): try CivilDate(year: year - 1, month: day.month, day: day.day, field: field)
        case .fixed(let day): day
        }
    }
}
