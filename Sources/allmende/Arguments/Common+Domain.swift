internal import API
internal import Domain

/// Values of the domain as messages, and messages as values where they hold one.
extension API.CivilDate {
    init(_ day: Domain.CivilDate) {
        self.init()
        year = Int32(day.year)
        month = Int32(day.month)
        self.day = Int32(day.day)
    }

    /// Nil where the server sent no day of the calendar.
    var domain: Domain.CivilDate? { Domain.CivilDate(year: Int(year), month: Int(month), day: Int(day)) }
}

extension API.DateRange {
    init(_ range: Domain.DateRange) {
        self.init()
        start = API.CivilDate(range.start)
        if let end = range.end { self.end = API.CivilDate(end) }
    }
}

extension API.Fraction {
    init(_ fraction: Domain.Fraction) {
        self.init()
        numerator = fraction.numerator
        denominator = fraction.denominator
    }

    /// Nil where the server sent a denominator of zero.
    var domain: Domain.Fraction? { Domain.Fraction(numerator, denominator) }
}

extension API.Money {
    init(_ money: Domain.Money) {
        self.init()
        minorUnits = money.minorUnits
        currency = money.currency.code
    }
}
