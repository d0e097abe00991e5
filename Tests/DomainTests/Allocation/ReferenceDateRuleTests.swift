import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct ReferenceDateRuleTests {
    @Test func belongsToTheKey() throws {
        let fixed = try CivilDate("2020-10-01", field: "d")
        #expect(try ReferenceDateRule.june30OfPreviousYear.day(forYear: 2025).description == "2024-06-30")
        #expect(try ReferenceDateRule.december31OfPreviousYear.day(forYear: 2025).description == "2024-12-31")
        #expect(try ReferenceDateRule.january1OfPreviousYear.day(forYear: 2025).description == "2024-01-01")
        let october = try ReferenceDateRule.DayOfYear(month: 10, day: 1, field: "day")
        #expect(try ReferenceDateRule.schoolStatistics(october).day(forYear: 2025).description == "2024-10-01")
        #expect(
            try thrown { _ = try ReferenceDateRule.DayOfYear(month: 2, day: 29, field: "day") }.violations[0].field
                == "day")
        #expect(try ReferenceDateRule.fixed(fixed).day(forYear: 2025) == fixed)
    }

    @Test(arguments: [1, 10_000, Int.min, Int.max])
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
        #expect(rule.usage == [UsageMeasure(metric)])
        #expect(rule.needsOwnership && rule.needsAdopters)
    }
}
