import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct PeriodCalendarTests {
    private func day(_ text: String) throws -> CivilDate { try CivilDate(text, field: "day") }

    private func range(_ start: String, _ end: String) throws -> DateRange {
        try DateRange(day(start), day(end), field: "range")
    }

    /// 2012 in quarters: the first two closed, the third open again, the fourth not opened.
    private func calendar() throws -> PeriodCalendar {
        PeriodCalendar([
            .init(code: "q3", days: try range("2012-07-01", "2012-10-01"), state: .reopened, closedSize: 9),
            .init(code: "q1", days: try range("2012-01-01", "2012-04-01"), state: .closed, closedSize: 5),
            .init(code: "q2", days: try range("2012-04-01", "2012-07-01"), state: .closed, closedSize: 7),
        ])
    }

    @Test func aPeriodBeginsWithAMonth() throws {
        #expect(try PeriodCalendar.Kind.fiscalYear.days(from: day("2012-07-01"), field: "d").end == day("2013-07-01"))
        #expect(try PeriodCalendar.Kind.quarter.days(from: day("2012-11-01"), field: "d").end == day("2013-02-01"))
        #expect(try PeriodCalendar.Kind.month.days(from: day("2012-02-01"), field: "d").dayCount == 29)
        let late = try thrown { _ = try PeriodCalendar.Kind.month.days(from: day("2012-02-02"), field: "d") }
        #expect(late.violations.map(\.field) == ["d"])
        let last = try thrown { _ = try PeriodCalendar.Kind.month.days(from: day("9999-12-01"), field: "d") }
        #expect(last.violations.map(\.field) == ["d"])
    }

    @Test func whatComesLateEntersTheNextOpenDay() throws {
        let calendar = try calendar()
        #expect(try calendar.firstOpenDay(from: day("2012-02-03")) == day("2012-07-01"))
        #expect(try calendar.firstOpenDay(from: day("2012-08-03")) == day("2012-08-03"))
        #expect(try calendar.firstOpenDay(from: day("2011-12-31")) == day("2011-12-31"))
        #expect(try calendar.isClosed(day("2012-06-30")) && !calendar.isClosed(day("2012-07-01")))
        #expect(try calendar.overlapping(range("2012-06-30", "2012-07-02")).map(\.code) == ["q2", "q3"])
    }

    @Test func theCutOffIsTheLatestClosing() throws {
        let calendar = try calendar()
        #expect(try calendar.cutOff(of: range("2012-01-01", "2012-07-01")) == 7)
        #expect(try calendar.cutOff(of: range("2012-02-01", "2012-03-01")) == 5)
        #expect(try calendar.cutOff(of: range("2012-01-01", "2012-07-02")) == nil)
        #expect(try calendar.cutOff(of: range("2011-12-01", "2012-02-01")) == nil)
        try calendar.requireClosed(range("2012-01-01", "2012-07-01"), to: "issue")
        let open = try thrown { try calendar.requireClosed(range("2012-01-01", "2013-01-01"), to: "issue") }
        #expect(open.reason == .invalidState && open.detail("day") == "2012-07-01")
        #expect(open.message.contains("period q3 is REOPENED"))
        let none = try thrown { try calendar.requireClosed(range("2012-10-01", "2013-01-01"), to: "issue") }
        #expect(none.message.contains("no period has been opened"))
    }
}
