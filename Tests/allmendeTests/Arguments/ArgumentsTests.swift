import API
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct ArgumentsTests {
    @Test(arguments: [
        ("2012", 2012, 1, 2013, 1), ("2012-07", 2012, 7, 2012, 8), ("2012-12", 2012, 12, 2013, 1),
        ("2012-01-01/2012-07-01", 2012, 1, 2012, 7),
    ])
    func periodsAreHalfOpen(_ text: String, startYear: Int32, startMonth: Int32, endYear: Int32, endMonth: Int32) throws
    {
        let period = try Arguments.period(text)
        #expect(period.start.year == startYear && period.start.month == startMonth && period.start.day == 1)
        #expect(period.end.year == endYear && period.end.month == endMonth && period.end.day == 1)
    }

    @Test(arguments: ["", "12", "2012-13", "2012-1", "2012-01-01", "2012-02-01/2012-01-01", "2012-01-01/", "0/1/2"])
    func wrongPeriodsAreRefused(_ text: String) {
        #expect(throws: (any Error).self) { try Arguments.period(text) }
    }

    @Test func periodsInWordsNameTheLastDayThatBelongsToThem() throws {
        #expect(Words.period(try Arguments.period("2012")) == "2012")
        #expect(Words.period(try Arguments.period("2012-02")) == "2012-02-01 to 2012-02-29")
    }

    @Test func sharesAndMembersNameTheirParty() throws {
        let share = try Arguments.share("09473132=30 %")
        #expect(share.party == "parties/09473132")
        #expect(share.share.numerator == 3 && share.share.denominator == 10)
        #expect(try Arguments.member("09473138").voteWeight == 1)
        #expect(try Arguments.member("09473138=7").voteWeight == 7)
        for text in ["=1/2", "09473132=", "09473132"] {
            #expect(throws: (any Error).self, "\(text)") { try Arguments.share(text) }
        }
        for text in ["", "a=0", "a=-1", "a=1.5"] {
            #expect(throws: (any Error).self, "\(text)") { try Arguments.member(text) }
        }
    }

    @Test func choicesReadAsTheyAreShown() {
        #expect(Choice<LegalForm>(argument: "special-purpose-association")?.value == .specialPurposeAssociation)
        #expect(Choice<ReferenceDateRule>.allValueStrings.contains("previous-january-1"))
        #expect(Choice<Role>(argument: "unspecified") == nil)
        #expect(Choice<Role>.text(.UNRECOGNIZED(77)) == "unknown-77")
        for kind in KeyFigureKind.allCases where kind != .unspecified {
            #expect(Choice<KeyFigureKind>(argument: Choice.text(kind))?.value == kind)
        }
    }

    @Test func aWholeResourceNameStaysAsItIs() {
        #expect(Names.consortium("itzgrund") == "consortia/itzgrund")
        #expect(Names.consortium("consortia/itzgrund") == "consortia/itzgrund")
        #expect(Names.application("consortia/a/applications/b", in: "other") == "consortia/a/applications/b")
        #expect(Names.short("consortia/a/applications/b") == "b")
    }
}
