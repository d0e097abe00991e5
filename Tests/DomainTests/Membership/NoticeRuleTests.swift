import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct NoticeRuleTests {
    private func exit(
        _ rule: NoticeRule, received: String, since: String = "2000-01-01", year: FiscalYear = .calendarYear
    ) throws -> String {
        try rule.earliestExit(received: day(received), memberSince: day(since), fiscalYear: year).day.description
    }

    private func day(_ text: String) throws -> CivilDate { try CivilDate(text, field: "day") }

    private let year = NoticeRule(months: 12, exitDay: .endOfFiscalYear, minimumMonths: 0)

    /// The day of receipt does not count, so a notice on the last day of a year is in time and one a day later is not.
    @Test func aYearsNoticeToTheEndOfTheFiscalYear() throws {
        #expect(try exit(year, received: "2012-12-31") == "2014-01-01")
        #expect(try exit(year, received: "2013-01-01") == "2015-01-01")
        let october = try FiscalYear(startMonth: 10, startDay: 1, field: "fiscal_year")
        #expect(try exit(year, received: "2012-09-30", year: october) == "2013-10-01")
        #expect(try exit(year, received: "2012-10-01", year: october) == "2014-10-01")
    }

    @Test func otherDaysAndEndsOfMonths() throws {
        let quarter = NoticeRule(months: 1, exitDay: .endOfQuarter, minimumMonths: 0)
        #expect(try exit(quarter, received: "2013-02-28") == "2013-04-01")
        #expect(try exit(quarter, received: "2013-03-01") == "2013-07-01")
        let month = NoticeRule(months: 1, exitDay: .endOfMonth, minimumMonths: 0)
        #expect(try exit(month, received: "2013-01-31") == "2013-03-01")
        #expect(try exit(month, received: "2013-02-01") == "2013-04-01")
        let anyDay = NoticeRule(months: 0, exitDay: .any, minimumMonths: 0)
        #expect(try exit(anyDay, received: "2013-02-28") == "2013-03-01")
    }

    @Test func aMembershipLastsAtLeastAsLongAsTheCharterSays() throws {
        let rule = NoticeRule(months: 1, exitDay: .any, minimumMonths: 24)
        #expect(try exit(rule, received: "2013-01-31", since: "2012-06-01") == "2014-06-01")
        let explained = try rule.earliestExit(
            received: day("2013-01-31"), memberSince: day("2012-06-01"), fiscalYear: .calendarYear)
        #expect(
            explained.explanation
                == "notice received on 2013-01-31, period of 1 months ends with 2013-02-28; member since 2012-06-01, "
                + "for at least 24 months, before 2014-06-01")
    }

    @Test func onlyDaysOfTheCharterAreAllowed() throws {
        #expect(try year.allows(day("2015-01-01"), fiscalYear: .calendarYear))
        #expect(try !year.allows(day("2015-01-02"), fiscalYear: .calendarYear))
        let outside = NoticeRule(months: 12, exitDay: .endOfFiscalYear, minimumMonths: 0)
        #expect(try thrown { _ = try exit(outside, received: "9999-06-01") }.reason == .outOfRange)
    }
}
