import API
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct ComponentTextTests {
    private func component(_ text: String, app: String? = "meldewesen") throws -> AllocationComponent {
        try ComponentText(text).component(consortium: "itzgrund", application: app)
    }

    @Test func theDemosRuleIsReadExactly() throws {
        let equal = try component("15% equal")
        #expect(equal.weight.numerator == 3 && equal.weight.denominator == 20)
        #expect(equal.key == .equal(EqualComponent()))
        let inhabitants = try component("60 % inhabitants:previous-december-31")
        #expect(inhabitants.weight.numerator == 3 && inhabitants.weight.denominator == 5)
        #expect(inhabitants.keyFigure.kind == .inhabitants)
        #expect(inhabitants.keyFigure.referenceDateRule == .previousDecember31)
        let usage = try component("0.25 usage:cases")
        #expect(usage.weight.numerator == 1 && usage.weight.denominator == 4)
        #expect(usage.usage.metric == "consortia/itzgrund/applications/meldewesen/metrics/cases")
    }

    @Test func aFixedDayAndAnotherApplicationAreNamedInTheText() throws {
        let pupils = try component("1/3 pupils:2011-10-01", app: nil)
        #expect(pupils.keyFigure.referenceDateRule == .fixed)
        #expect(pupils.keyFigure.fixedDate.year == 2011 && pupils.keyFigure.fixedDate.month == 10)
        #expect(try component("1/3 usage:kita/places", app: nil).usage.metric.hasSuffix("/kita/metrics/places"))
        #expect(try component("1 ownership").ownership.application == "consortia/itzgrund/applications/meldewesen")
    }

    @Test(arguments: [
        "equal", "15% even", "x equal", "60% inhabitants", "60% inhabitants:fixed", "60% inhabitants:2011-02-30",
        "25% usage", "1/0 equal",
    ])
    func wrongTextsAreRefused(_ text: String) {
        #expect(throws: (any Error).self) { try component(text) }
    }

    @Test func withoutAnApplicationUsageIsRefused() {
        #expect(throws: (any Error).self) { try component("25% usage:cases", app: nil) }
    }

    @Test(arguments: [
        "15 % equal", "60 % inhabitants:previous-december-31", "25 % usage:meldewesen/cases", "50 % pupils:2011-10-01",
        "20 % ownership:meldewesen",
    ])
    func whatIsShownCanBeTypedAgain(_ text: String) throws {
        #expect(ComponentText.text(try component(text)) == text)
    }
}
