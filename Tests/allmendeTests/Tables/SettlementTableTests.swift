import API
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct SettlementTableTests {
    private func euros(_ cents: Int64) -> Money {
        var money = Money()
        money.minorUnits = cents
        money.currency = "EUR"
        return money
    }

    private func fraction(_ numerator: Int64, _ denominator: Int64) -> Fraction {
        var fraction = Fraction()
        fraction.numerator = numerator
        fraction.denominator = denominator
        return fraction
    }

    private func line(_ party: String, cents: Int64, inhabitants: Int64) -> SettlementLine {
        var component = SettlementLineComponent()
        component.key = "by inhabitants on 2011-12-31"
        component.weight = fraction(1, 1)
        component.ratio = fraction(inhabitants, 6645)
        component.unit = "inhabitant"
        component.quantity = inhabitants
        component.amount = euros(cents)
        var line = SettlementLine()
        line.party = "parties/" + party
        line.pool = .operation
        line.amount = euros(cents)
        line.components = [component]
        return line
    }

    /// DOMAIN's worked example (f): 100,000.00 by the inhabitants of the three members of Zweckverband Itzgrund.
    @Test func aSettlementExplainsItselfAndAddsUp() {
        var settlement = Settlement()
        settlement.name = "consortia/itzgrund/settlements/year-2012"
        settlement.agreementRevision = "consortia/itzgrund/agreements/operation/revisions/1"
        settlement.period.start.year = 2012
        settlement.period.start.month = 1
        settlement.period.start.day = 1
        settlement.period.end = settlement.period.start
        settlement.period.end.year = 2013
        settlement.registerSize = 40
        settlement.platformRegisterSize = 12
        settlement.total = euros(10_000_000)
        settlement.lines = [
            line("09473132", cents: 3_905_192, inhabitants: 2595),
            line("09473138", cents: 3_527_464, inhabitants: 2344),
            line("09674210", cents: 2_567_344, inhabitants: 1706),
        ]
        let text = SettlementTable.text(settlement, names: ["parties/09473132": "Großheirath"])
        #expect(text.hasPrefix("Settlement year-2012 of 2012, by operation, revision 1\n"))
        let lines = text.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        #expect(lines.contains(["09473132", "Großheirath", "39,051.92", "EUR"]))
        #expect(
            lines.contains([
                "by", "inhabitants", "on", "2011-12-31", "100", "%", "2,595", "inhabitant", "173/443", "39,051.92",
                "EUR",
            ]))
        #expect(lines.contains(["Total", "100,000.00", "EUR"]))
        #expect(text.hasSuffix("Total of all pools: 100,000.00 EUR\n"))
        #expect(text.contains("█  about 39.05 %") || text.contains("39.05 %"))
    }
}
