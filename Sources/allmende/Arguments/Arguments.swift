internal import API
internal import ArgumentParser
internal import Domain
internal import SwiftProtobuf

/// Texts of the command line to exact values; each function says in words what is wrong.
enum Arguments {
    /// `2011-12-31`.
    static func day(_ text: String) throws -> API.CivilDate {
        try API.CivilDate(read { () throws(Failure) in try Domain.CivilDate(text, field: "the day") })
    }

    /// `2012-12-31T23:00:00Z`.
    static func instant(_ text: String) throws -> Google_Protobuf_Timestamp {
        var time = Google_Protobuf_Timestamp()
        time.seconds = try read { () throws(Failure) in try Instant(text, field: "the instant") }.seconds
        return time
    }

    /// A year `2012`, a month `2012-07`, or first day and first day after it: `2012-01-01/2012-07-01`.
    static func period(_ text: String) throws -> API.DateRange {
        guard let range = PeriodText.range(text) else {
            throw ValidationError(
                "must be a year (2012), a month (2012-07) or two days of which the last does not belong to it "
                    + "(2012-01-01/2012-07-01)")
        }
        return API.DateRange(range)
    }

    /// `1/2`, `15 %`, `0.15` or `1`, exactly.
    static func fraction(_ text: String) throws -> API.Fraction {
        let fraction = try read { () throws(Failure) in try Domain.Fraction(text, field: "the share") }
        return API.Fraction(fraction)
    }

    /// `12,000.00` or `12000` in a currency; groups of digits may be parted by commas.
    static func money(_ text: String, _ currency: String) throws -> API.Money {
        let digits = text.filter { $0 != "," }
        return API.Money(
            try read { () throws(Failure) in
                try Domain.Money(digits, currency: Currency(currency, field: "the currency"), field: "the sum")
            })
    }

    /// `operation=90000.00`: a pool and an amount of the currency.
    static func poolAmount(_ text: String, currency: String) throws -> (pool: CostPool, amount: API.Money) {
        let part = try PartValue(text)
        guard let pool = Choice<CostPool>(argument: part.party) else {
            let pools = Choice<CostPool>.allValueStrings.joined(separator: ", ")
            throw ValidationError("There is no pool \"\(part.party)\"; choose one of \(pools).")
        }
        let amount = try read { () throws(Failure) in
            try Domain.Money(part.value, currency: try Currency(currency), field: "The amount")
        }
        return (pool.value, API.Money(amount))
    }

    /// SHA-256 in 64 hexadecimal digits, as small ones.
    static func digest(_ text: String) throws -> String {
        try read { () throws(Failure) in try Digest32(text, field: "the digest") }.hex
    }

    /// Runs a rule of the domain; what it refuses is a wrong use of the command line.
    static func read<Value>(_ body: () throws(Failure) -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw ValidationError(error.message)
        }
    }
}
