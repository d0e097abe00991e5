import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct SearchQueryTests {
    @Test(arguments: [
        ("Grundsteuerbescheid", ["grundsteuerbescheid"]), ("  Kfz-Zulassung ", ["kfz", "zulassung"]),
        ("Bürger & Ämter", ["bürger", "ämter"]), ("XRechnung 3.0.", ["xrechnung", "3.0"]), ("a.b", ["a", "b"]),
        ("", []), ("%_'\\", []),
    ])
    func isTakenApartIntoWords(_ text: String, _ words: [String]) throws {
        #expect(try SearchQuery(text).words == words)
    }

    @Test func hasLimits() throws {
        #expect(try SearchQuery(String(repeating: "a", count: 200)).words.count == 1)
        let long = try thrown { _ = try SearchQuery(String(repeating: "a", count: 201)) }
        #expect(long.reason == .invalidField && long.violations.map(\.field) == ["query"])
        #expect(try SearchQuery("a b c d e f g h").words.count == 8)
        #expect(try thrown { _ = try SearchQuery("a b c d e f g h i") }.message.contains("has 9"))
    }

    @Test func listsOfNamesAreChecked() throws {
        var checks = FieldChecks()
        checks.ids(["bauwesen", "it"], field: "topics", count: 1...2)
        #expect(checks.isClean)
        checks.ids([], field: "topics", count: 1...2)
        checks.ids(["Bauwesen"], field: "topics", count: 1...2)
        checks.names(["x", "x"], field: "standards", count: 0...3)
        checks.names(["x", "y"], field: "interfaces", count: 0...1)
        let failure = try thrown { try checks.finish() }
        #expect(failure.violations.map(\.field) == ["topics", "topics[0]", "standards", "interfaces"])
    }

    @Test func languagesAndLänderHaveAForm() throws {
        for tag in ["de", "de-x-ls", "en-GB", "tlh"] { #expect(try LanguageTag(tag).text == tag) }
        for tag in ["Deutsch", "d", "de-", "de_DE", "-de", "DE"] {
            #expect(try thrown { _ = try LanguageTag(tag) }.reason == .invalidField, "\(tag)")
        }
        #expect(try Land("09").name == "Bayern")
        for text in ["00", "17", "9", "009"] { #expect(try thrown { _ = try Land(text) }.reason == .invalidField) }
        #expect(Land(ags: "09473138", ars: nil)?.text == "09")
        #expect(Land(ags: nil, ars: "010575739022")?.text == "01")
        #expect(Land(ags: "", ars: "") == nil && Land(ags: "99473138", ars: nil) == nil)
    }
}
