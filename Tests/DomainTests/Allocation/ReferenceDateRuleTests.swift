import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(1)))
struct ReferenceDateRuleTests {
    @Test func belongsToTheKey() throws {
        let fixed = try CivilDate("2020-10-01", field: "d")
        #expect(try ReferenceDateRule.june30OfPreviousYear.day(forYear: 2025).description == "2024-06-30")
        #expect(try ReferenceDateRule.december31OfPreviousYear.day(forYear: 2025).description == "2024-12-31")
        #expect(try ReferenceDateRule.january1OfPreviousYear.day(forYear: 2025).description == "2024-01-01")
        #expect(try ReferenceDateRule.fixed(fixed).day(forYear: 2025) == fixed)
    }

    @Test(arguments: [1, 10_001, Int(Int32.min)])
    func theYearBeforeMustExist(year: Int) throws {
        #expect(
            try thrown { _ = try ReferenceDateRule.june30OfPreviousYear.day(forYear: year) }.violations[0].field
                == "year")
    }

    @Test func aRuleSaysWhatItNeeds() throws {
        let metric = try ResourceID("cases")
        let rule = try AllocationRule([
            AllocationComponent(.keyFigure(.inhabitants, .june30OfPreviousYear), weight: fraction(1, 4)),
            AllocationComponent(
                .keyFigure(.inhabitants, .june30OfPreviousYear), weight: fraction(1, 4), scope: .adopters),
            AllocationComponent(.usage(metric: metric), weight: fraction(1, 4)),
            AllocationComponent(.ownership, weight: fraction(1, 4)),
        ])
        let day = try CivilDate("2023-06-30", field: "d")
        #expect(try rule.keyFigures(forYear: 2024) == [KeyFigureReference(kind: .inhabitants, day: day)])
        #expect(rule.metrics == [metric])
        #expect(rule.needsOwnership && rule.needsAdopters)
    }
}
