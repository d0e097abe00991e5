import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct MoneyTests {
    @Test(arguments: [
        (3_905_192, "39,051.92 EUR"), (0, "0.00 EUR"), (5, "0.05 EUR"), (-5, "-0.05 EUR"), (100_000, "1,000.00 EUR"),
        (99_999, "999.99 EUR"), (Int64.max, "92,233,720,368,547,758.07 EUR"),
        (Int64.min, "-92,233,720,368,547,758.08 EUR"),
    ])
    func writes(units: Int64, text: String) {
        #expect(Money(minorUnits: units, currency: .euro).description == text)
    }

    @Test(arguments: [("1234.56", 123_456), ("1234", 123_400), ("-0.5", -50), ("92233720368547758.07", Int64.max)])
    func reads(text: String, units: Int64) throws {
        #expect(try Money(text, currency: .euro, field: "net").minorUnits == units)
    }

    @Test(arguments: ["1234.567", "1,234.56", "92233720368547758.08", "12 EUR", "-", "."])
    func refuses(text: String) throws {
        let failure = try thrown { _ = try Money(text, currency: .euro, field: "net") }
        #expect(failure.violations.map(\.field) == ["net"])
    }

    @Test func knowsMinorUnits() throws {
        #expect(try Money("1234", currency: Currency("JPY"), field: "net").description == "1,234 JPY")
        #expect(try Money("1.5", currency: Currency("KWD"), field: "net").minorUnits == 1500)
        for wrong in ["EU", "eur", "EURO", "E1R"] {
            #expect(try thrown { _ = try Currency(wrong) }.violations.map(\.field) == ["currency_code"])
        }
    }

    @Test func addsOnlyTheSameCurrencyAndInRange() throws {
        let one = Money(minorUnits: 1, currency: .euro)
        #expect(try one.adding(one).minorUnits == 2)
        #expect(try thrown { _ = try one.adding(Money(minorUnits: Int64.max, currency: .euro)) }.reason == .outOfRange)
        let francs = try Money(minorUnits: 1, currency: Currency("CHF"))
        #expect(try thrown { _ = try one.adding(francs) }.reason == .invalidField)
    }
}

@Suite(.timeLimit(.minutes(5)))
struct QuantityTests {
    @Test func keepsItsScale() throws {
        #expect(try Quantity("12.50", field: "quantity").description == "12.50")
        #expect(try Quantity("12.5", scale: 3, field: "quantity").units == 12_500)
        #expect(try Quantity("-0.001", field: "quantity").units == -1)
        #expect(try Quantity("12345678.5", field: "quantity").grouped == "12,345,678.5")
    }

    @Test func refusesMoreDecimalsThanTheScale() throws {
        #expect(try Quantity("0.123456789", field: "q").scale == 9)
        #expect(try thrown { _ = try Quantity("0.1234567890", field: "q") }.violations.map(\.field) == ["q"])
        #expect(try thrown { _ = try Quantity("1.25", scale: 1, field: "q") }.violations.map(\.field) == ["q"])
        #expect(try Quantity("1.20", scale: 1, field: "q").units == 12)
        #expect(try thrown { _ = try Quantity(units: 1, scale: 10, field: "q") }.violations.map(\.field) == ["q"])
        #expect(try thrown { _ = try Quantity(units: 1, scale: -1, field: "q") }.violations.map(\.field) == ["q"])
    }

    @Test func addsInTheFinerScale() throws {
        let sum = try Quantity("1.5", field: "q").adding(Quantity("0.25", field: "q"))
        #expect(sum.description == "1.75")
        #expect(try thrown { _ = try Quantity(Int64.max).adding(Quantity(1)) }.reason == .outOfRange)
        #expect(try thrown { _ = try Quantity(Int64.max).rescaled(to: 1) }.reason == .outOfRange)
    }
}
