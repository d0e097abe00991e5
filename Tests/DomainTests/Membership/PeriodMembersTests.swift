import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct PeriodMembersTests {
    private func days(_ start: String, _ end: String?) throws -> DateRange {
        try DateRange(
            CivilDate(start, field: "day"), end.map { (text) in try CivilDate(text, field: "day") }, field: "days")
    }

    private func members(_ memberships: (String, String, String?)...) throws -> PeriodMembers {
        PeriodMembers(
            try memberships.map { (party: try party($0.0), days: try days($0.1, $0.2)) },
            in: try days("2024-01-01", "2025-01-01"))
    }

    @Test func everybodyWithADayIsAMember() throws {
        let members = try members(
            ("c", "2010-01-01", nil), ("a", "2024-12-31", nil), ("b", "2010-01-01", "2024-01-01"),
            ("d", "2025-01-01", nil))
        #expect(members.parties == [try party("a"), try party("c")])
        #expect(members.partial == [try party("a")])
        #expect(members.days[try party("a")] == [try days("2024-12-31", "2025-01-01")])
    }

    @Test func partsCountByDaysOrBegunMonths() throws {
        let members = try members(
            ("a", "2010-01-01", "2024-03-02"), ("a", "2024-11-30", nil), ("b", "2010-01-01", nil))
        let byDays = try #require(members.presence(.byDays))
        let (a, b) = (try party("a"), try party("b"))
        #expect(byDays.whole == 366 && byDays.part(of: a) == 61 + 32 && byDays.part(of: b) == 366)
        let byMonths = try #require(members.presence(.byMonths))
        #expect(byMonths.whole == 12 && byMonths.part(of: a) == 5)
        #expect(members.presence(.wholePeriod) == nil)
        #expect(try self.members(("b", "2010-01-01", nil)).presence(.byDays) == nil)
    }

    /// One membership after the other without a gap is one.
    @Test func membershipsThatMeetAreOne() throws {
        let members = try members(("a", "2010-01-01", "2024-05-01"), ("a", "2024-05-01", nil))
        #expect(members.partial.isEmpty)
    }

    /// Every key counts by the part of the period, the usage of the period itself alone does not.
    @Test func anAllocationCountsByPresence() throws {
        let cases = try ResourceID("cases", field: "id")
        let rule = try AllocationRule([
            AllocationComponent(.equal, weight: .half), AllocationComponent(.usage(metric: cases), weight: .half),
        ])
        let (a, b) = (try party("a"), try party("b"))
        let inputs = AllocationInputs(
            members: [a, b], year: 2024,
            usage: [UsageMeasure(cases): .init(unit: "cases", PartyFigures([a: Quantity(1), b: Quantity(1)]))],
            presence: Presence(unit: "months", whole: 12, parts: [a: 4]))
        let allocation = try Allocation(of: 160, by: rule, inputs)
        #expect(allocation.lines.map(\.amount) == [20 + 40, 60 + 40])
        let text = try SettlementText(allocation, currency: Currency("EUR", field: "currency"))
            .sentence(for: allocation.lines[0], name: "A")
        #expect(text.contains("(4 of 16 parties × months; 1 parties for 4 of 12 months)"), "\(text)")
    }
}
