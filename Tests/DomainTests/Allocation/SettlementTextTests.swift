import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct SettlementTextTests {
    private func sentence(_ allocation: Allocation) -> String {
        SettlementText(allocation, currency: .euro).sentence(for: allocation.lines[0], name: "Großheirath")
    }

    @Test func saysWhatAndWhy() throws {
        #expect(
            sentence(try Itzgrund().byInhabitants())
                == "Großheirath bears 39,051.92 EUR of 100,000.00 EUR: 100 % by inhabitants on 2011-12-31 "
                + "(2,595 of 6,645) 39,051.92 EUR; one minor unit comes from rounding by largest remainder.")
        #expect(
            sentence(try Itzgrund().threeComponents(100_000_00))
                == "Großheirath bears 40,931.15 EUR of 100,000.00 EUR: 15 % in equal parts (1 of 3) 5,000.00 EUR, "
                + "60 % by inhabitants on 2011-12-31 (2,595 of 6,645) 23,431.15 EUR, "
                + "25 % by cases (100,000 of 200,000) 12,500.00 EUR.")
    }

    @Test func saysWhatStepsDid() throws {
        let member = try Itzgrund().members[0]
        let capped = sentence(
            try Itzgrund().threeComponents(100_000_00, steps: [.cap(.party(member), .amount(30_000_00))]))
        #expect(capped.hasPrefix("Großheirath bears 30,000.00 EUR") && capped.hasSuffix("; limited by the agreed cap."))
        let floored = sentence(
            try Itzgrund().threeComponents(100_000_00, steps: [.floor(.party(member), .amount(50_000_00))]))
        #expect(floored.hasSuffix("; raised to the agreed floor."))
        let fixed = sentence(try Itzgrund().threeComponents(-100_000_00, steps: [.fixed(member, 1_00)]))
        #expect(
            fixed.contains("is credited with") && fixed.contains("of -100,000.00 EUR: fixed sum -1.00 EUR, 15 % in"))
    }
}
