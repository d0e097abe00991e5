import Testing

@testable import Terminal

@Suite(.timeLimit(.minutes(5)))
struct NumberTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (200_000, "200,000"), (-1_234_567, "-1,234,567"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func groupsOfThree(_ number: Int, _ text: String) {
        #expect(Grouped.text(number) == text)
    }

    @Test func rates() {
        #expect(Rate.perSecond(200_000, nanoseconds: 500_000_000) == 400_000)
        #expect(Rate.perSecond(1, nanoseconds: 0) == nil)
        #expect(Rate.seconds(nanoseconds: 1_254_999_999) == "1.25 s")
        #expect(Rate.seconds(nanoseconds: 1_255_000_000) == "1.26 s")
        #expect(Rate.seconds(nanoseconds: 60_000_000) == "0.06 s")
    }
}
