internal import API
internal import Domain

/// Values of the server's answers in words and numbers for people.
enum Words {
    /// `39,051.92 EUR`.
    static func money(_ money: API.Money) -> String {
        guard let currency = try? Currency(money.currency) else { return "\(money.minorUnits) \(money.currency)" }
        return Domain.Money(minorUnits: money.minorUnits, currency: currency).description
    }

    /// `3/10`.
    static func fraction(_ fraction: API.Fraction) -> String {
        fraction.domain?.description ?? "\(fraction.numerator)/\(fraction.denominator)"
    }

    /// `15 %`, or with `about` in front where it had to be rounded.
    static func percent(_ fraction: API.Fraction) -> String {
        fraction.domain?.percent(places: 2) ?? self.fraction(fraction)
    }

    /// `2011-12-31`.
    static func day(_ day: API.CivilDate) -> String {
        day.domain?.description ?? "\(day.year)-\(day.month)-\(day.day)"
    }

    /// `2012`, or `2012-01-01 to 2012-06-30` with the last day that belongs to it.
    static func period(_ range: API.DateRange) -> String {
        guard let start = range.start.domain else { return "" }
        let end = range.hasEnd ? range.end.domain : nil
        guard let range = try? Domain.DateRange(start, end, field: "period") else { return "" }
        return PeriodText.text(range)
    }

    /// `2,595` or, with decimals, `12.50`.
    static func quantity(_ units: Int64, scale: Int32) -> String {
        (try? Quantity(units: units, scale: Int(scale), field: "quantity"))?.grouped ?? "\(units)e-\(scale)"
    }
}
