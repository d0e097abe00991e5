import Domain
import Testing

@Suite(.timeLimit(.minutes(5)))
struct UsageRetentionTests {
    @Test func aMonthIsOverSoManyMonthsAfterItsEnd() throws {
        let retention = try #require(UsageRetention(months: 12))
        let month = try CivilDate(year: 2012, month: 1, day: 1, field: "month")
        #expect(!retention.isOver(for: month, on: try CivilDate(year: 2013, month: 1, day: 31, field: "today")))
        #expect(retention.isOver(for: month, on: try CivilDate(year: 2013, month: 2, day: 1, field: "today")))
    }

    @Test func withoutMonthsRecordsAreKeptForEver() {
        #expect(UsageRetention(months: 0) == nil)
    }
}
