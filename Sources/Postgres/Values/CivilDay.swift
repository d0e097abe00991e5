/// Calendar arithmetic of the proleptic Gregorian calendar, as PostgreSQL counts it: days since 2000-01-01.
enum CivilDay {
    private static let daysPerEra: Int64 = 146_097

    /// Days from 0000-03-01 to 2000-01-01.
    private static let epoch: Int64 = 730_425

    /// Eras of 400 years start on 1 March, so that a leap day is the last of its year.
    static func components(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + epoch
        let era = shifted >= 0 ? shifted / daysPerEra : (shifted - daysPerEra + 1) / daysPerEra
        let dayOfEra = shifted - era * daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// `YYYY-MM-DD`, with ` BC` for years before 1, as PostgreSQL reads and writes it.
    static func text(_ days: Int64) -> (date: String, suffix: String) {
        let (year, month, day) = components(days)
        let date = "\(padded(year > 0 ? year : 1 - year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        return (date, year > 0 ? "" : " BC")
    }

    static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
