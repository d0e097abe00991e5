import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct CivilDateTests {
    private func date(_ text: String) throws -> CivilDate { try CivilDate(text, field: "day") }

    @Test func countsDaysSinceTheEpoch() throws {
        #expect(try date("1970-01-01").daysSinceEpoch == 0)
        #expect(try date("2000-01-01").daysSinceEpoch == 10_957)
        #expect(try date("1969-12-31").daysSinceEpoch == -1)
        #expect(try date("0001-01-01").daysSinceEpoch == -719_162)
        #expect(try date("9999-12-31").daysSinceEpoch == 2_932_896)
    }

    @Test func everyDayFollowsTheOneBefore() throws {
        // Four hundred years are one turn of the calendar; the ends of its range come on top.
        for range in [-719_162..<(-715_000), -60_000..<86_098, 2_929_000..<2_932_897] {
            var previous = try #require(CivilDate(daysSinceEpoch: range.lowerBound))
            for days in range.dropFirst() {
                let day = try #require(CivilDate(daysSinceEpoch: days))
                let isNextDay = day.year == previous.year && day.month == previous.month && day.day == previous.day + 1
                let isNewMonth = day.day == 1 && previous == previous.endOfMonth
                guard isNextDay || isNewMonth, day > previous, day.daysSinceEpoch == days else {
                    Issue.record("day \(days) is \(day) after \(previous)")
                    return
                }
                previous = day
            }
        }
        #expect(CivilDate(daysSinceEpoch: -719_163) == nil)
        #expect(CivilDate(daysSinceEpoch: 2_932_897) == nil)
        #expect(CivilDate(daysSinceEpoch: Int.max) == nil)
    }

    @Test(arguments: [
        "2023-02-29", "1900-02-29", "2024-02-30", "2024-13-01", "2024-00-01", "2024-01-00", "0000-01-01",
        "2024-1-1", "2024-01-01T", "20240101", "2024/01/01", "２024-01-01", "+024-01-01",
    ])
    func refuses(text: String) throws {
        #expect(try thrown { _ = try date(text) }.violations.map(\.field) == ["day"])
    }

    @Test func hasLeapDays() throws {
        #expect(try date("2024-02-29").description == "2024-02-29")
        #expect(try date("2000-02-29").adding(months: 12) == date("2001-02-28"))
        #expect(try date("2024-02-29").adding(months: 48) == date("2028-02-29"))
    }

    @Test func addsMonthsAndDays() throws {
        #expect(try date("2024-01-31").adding(months: 1) == date("2024-02-29"))
        #expect(try date("2024-01-31").adding(months: -2) == date("2023-11-30"))
        #expect(try date("2024-12-31").adding(days: 1) == date("2025-01-01"))
        #expect(try date("9999-12-01").adding(months: 1) == nil)
        #expect(try date("0001-01-31").adding(months: -1) == nil)
        #expect(try date("2024-01-01").adding(months: Int.max) == nil)
        #expect(try date("2024-01-01").adding(days: Int.max) == nil)
        #expect(try date("2024-02-01").endOfMonth == date("2024-02-29"))
    }

    @Test func namesTheFieldOfAnImpossibleDay() throws {
        let failure = try thrown { _ = try CivilDate(year: 2023, month: 2, day: 29, field: "period.start") }
        #expect(failure.violations.map(\.field) == ["period.start"])
    }
}

@Suite(.timeLimit(.minutes(5)))
struct InstantTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (1_325_289_600, "2011-12-31T00:00:00Z"),
        (951_782_400, "2000-02-29T00:00:00Z"), (Instant.range.lowerBound, "0001-01-01T00:00:00Z"),
        (Instant.range.upperBound, "9999-12-31T23:59:59Z"),
    ])
    func readsAndWrites(seconds: Int64, text: String) throws {
        let instant = try #require(Instant(seconds: seconds))
        #expect(instant.description == text)
        #expect(try Instant(text, field: "start") == instant)
    }

    @Test func staysInTheCalendar() throws {
        #expect(Instant(seconds: Instant.range.lowerBound - 1) == nil)
        #expect(Instant(seconds: Instant.range.upperBound + 1) == nil)
        let failure = try thrown { _ = try Instant(seconds: Int64.max, field: "start") }
        #expect(failure.violations.map(\.field) == ["start"])
        #expect(try CivilDate("2011-12-31", field: "d").startInUTC.dateInUTC == CivilDate("2011-12-31", field: "d"))
    }

    @Test(arguments: [
        "2011-12-31", "2011-12-31T24:00:00Z", "2011-12-31T00:60:00Z", "2011-12-31T00:00:60Z",
        "2011-12-31T00:00:00", "2011-12-31t00:00:00z", "2011-12-31T00:00:00+00:00",
    ])
    func refuses(text: String) throws {
        #expect(try thrown { _ = try Instant(text, field: "start") }.violations.map(\.field) == ["start"])
    }
}

@Suite(.timeLimit(.minutes(5)))
struct DateRangeTests {
    private func range(_ start: String, _ end: String?) throws -> DateRange {
        let end = try end.map { try CivilDate($0, field: "d") }
        return try DateRange(CivilDate(start, field: "d"), end, field: "valid")
    }

    @Test func excludesItsEnd() throws {
        let year = try range("2024-01-01", "2025-01-01")
        #expect(year.dayCount == 366)
        #expect(try year.contains(CivilDate("2024-12-31", field: "d")))
        #expect(try !year.contains(CivilDate("2025-01-01", field: "d")))
        #expect(try !year.overlaps(range("2025-01-01", nil)))
        #expect(try year.overlaps(range("2024-12-31", nil)))
        #expect(try range("2024-01-01", nil).contains(year))
        #expect(try !year.contains(range("2024-01-01", nil)))
        #expect(year.description == "2024-01-01/2025-01-01")
        #expect(try range("2024-01-01", nil).description == "2024-01-01/..")
    }

    @Test(arguments: ["2024-01-01", "2023-12-31"])
    func refusesAnEndNotAfterTheStart(end: String) throws {
        #expect(try thrown { _ = try range("2024-01-01", end) }.violations.map(\.field) == ["valid.end"])
    }
}
