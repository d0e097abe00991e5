/// On which day (Stichtag) the key figures of a charged year are read. Part of the key, as statutes differ in it.
public enum ReferenceDateRule: Sendable, Hashable {
    /// 30 June of the year before the charged one (for example VGemO Art. 8).
    case june30OfPreviousYear
    /// 31 December of the year before the charged one.
    case december31OfPreviousYear
    /// 1 January of the year before the charged one (for example OS2 in Denmark).
    case january1OfPreviousYear
    /// The same day whatever the year.
    case fixed(CivilDate)

    /// The reference date for the charged year. Throws INVALID_FIELD if the year before it is not a calendar year.
    public func day(forYear year: Int, field: String = "year") throws(Failure) -> CivilDate {
        switch self {
        case .june30OfPreviousYear: try CivilDate(year: year - 1, month: 6, day: 30, field: field)
        case .december31OfPreviousYear: try CivilDate(year: year - 1, month: 12, day: 31, field: field)
        case .january1OfPreviousYear: try CivilDate(year: year - 1, month: 1, day: 1, field: field)
        case .fixed(let day): day
        }
    }
}
