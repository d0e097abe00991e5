import Domain
import Foundation
import Publiccode
import Testing

/// Every rule, kept and broken.
@Suite(.timeLimit(.minutes(5)))
struct RuleTests {
    /// Changes of the sample that break no rule.
    private static let allowed: [(String, String)] = [
        ("\"0.5\"", "0.5"), ("\"0.5\"", "\"0\""), ("\"0.5\"", "\"0.2\""), ("\"0.5\"", "\"0.4.0\""),
        ("\"0.5\"", "\"0.7\""),
        ("name: Meldewesen", "name: \"no\""), ("name: Meldewesen", "name: 'yes'"),
        ("name: Meldewesen", "\"name\": Meldewesen"), ("name: Meldewesen", "name: &m Meldewesen\nusedBy: [*m]"),
        ("platforms:\n  - web", "platforms: [web, Großrechner]"),
        ("url: \"https://git.example/itzgrund/meldewesen.git\"", "url: \"ssh://git@git.example:22/meldewesen\""),
        ("url: \"https://git.example/itzgrund/meldewesen.git\"", "url: svn+ssh://git.example/meldewesen"),
        ("name: Meldewesen", "name: Meldewesen\nisBasedOn: https://git.example/alt"),
        ("name: Meldewesen", "name: Meldewesen\nreleaseDate: 2024-02-29"),
        ("name: Meldewesen", "name: Meldewesen\nsoftwareVersion: 1.0"),
        ("name: Meldewesen", "name: Meldewesen\nlogo: img/logo.SVG"),
        ("name: Meldewesen", "name: Meldewesen\norganisation: {uri: \"urn:x-german-ars:094730000000\"}"),
        ("name: Meldewesen", "name: Meldewesen\nfundedBy: [{name: Freistaat Bayern}]"),
        ("license: EUPL-1.2", "license: EUPL-1.2 OR (MIT AND LicenseRef-haus)"),
        ("localisationReady: true", "localisationReady: False"),
        ("    - de\n", "    - \"no\"\n    - de-x-ls\n    - sl-IT-nedis\n"),
        (
            "type: internal\n  contacts:\n    - name: Meldeamt Itzgrund\n      email: meldeamt@itzgrund.example",
            "type: none"
        ),
        ("type: internal", "type: community"), ("type: internal", "type: none"),
        ("type: internal", "type: contract\n  contractors:\n    - name: Haus\n      until: 2024-03-01"),
        ("      email: meldeamt", "      phone: +49 9561 00\n      email: meldeamt"),
        ("    features:", "    genericName: \(String(repeating: "x", count: 35))\n    features:"),
    ]

    @Test func theSamplesKeepEveryRule() throws {
        let minimal = Sample.read(Sample.minimal)
        #expect(minimal.document != nil && minimal.findings.isEmpty, "\(minimal.findings)")
        let complete = Sample.read(Sample.complete)
        #expect(complete.document != nil)
        // What the standard gives up is still taken.
        #expect(
            complete.findings.map(\.field) == [
                "monochromeLogo", "inputTypes", "outputTypes", "description.de.genericName",
                "description.en-GB.longDescription", "description.en-GB.features", "legal.repoOwner",
                "legal.authorsFile", "IT",
            ])
        #expect(complete.findings.allSatisfy { $0.severity == .warning })
    }

    @Test(arguments: RuleCases.all)
    func aBrokenRuleIsFoundAtItsPlace(_ example: RuleCase) {
        let (document, findings) = Sample.read(Sample.minimal(example.old, example.new))
        let found = findings.filter { $0.rule == example.rule }.map { "\($0.position) \($0.field)" }
        #expect(found.contains(example.expected), "\(findings)")
        #expect(findings.allSatisfy { $0.severity == .warning } == (example.severity == .warning), "\(findings)")
        #expect((document == nil) == (example.severity == .error))
    }

    /// Nothing else is found in it than the one thing that is wrong.
    @Test(arguments: RuleCases.all.filter { $0.severity == .error && $0.rule != .mapping && $0.rule != .language })
    func oneMistakeIsOneError(_ example: RuleCase) {
        let (_, findings) = Sample.read(Sample.minimal(example.old, example.new))
        #expect(findings.count { $0.severity == .error } == 1, "\(findings)")
    }

    @Test func everyRuleHasItsCase() {
        let elsewhere: Set<Rule> = [
            .size, .encoding, .aliasLimit, .nodeLimit, .depthLimit, .findingLimit, .usedBy, .fundedBy, .release,
        ]
        let covered = Set(RuleCases.all.map(\.rule)).union(elsewhere)
        #expect(Set(Rule.allCases).subtracting(covered).isEmpty)
    }

    @Test(arguments: allowed)
    func whatKeepsTheRulesIsTaken(_ old: String, _ new: String) {
        let (document, findings) = Sample.read(Sample.minimal(old, new))
        #expect(document != nil, "\(findings)")
    }

    /// Lengths count what people take for one character.
    @Test(arguments: [("ü", "u\u{308}"), ("n", "👩‍👩‍👧‍👦")])
    func lengthsAreInGraphemeClusters(_ plain: String, _ composed: String) {
        for letter in [plain, composed] {
            func long(_ count: Int) -> String { String(repeating: letter, count: count) }
            let short = "Führt das Melderegister kleiner Gemeinden."
            #expect(Sample.read(Sample.minimal(short, long(150))).document != nil)
            #expect(Sample.read(Sample.minimal(short, long(151))).document == nil)
        }
    }

    @Test func longDescriptionsHaveABoundOnEitherSide() {
        func read(_ text: String) -> [Finding] {
            let begin = Sample.minimal.range(of: "longDescription: >")!.lowerBound
            let end = Sample.minimal.range(of: "    features:")!.lowerBound
            return Sample.read(
                Sample.minimal.replacingCharacters(in: begin..<end, with: "longDescription: \(text)\n")
            ).findings
        }
        let letters = [149, 150, 10_000, 10_001].map { String(repeating: "ä", count: $0) }
        #expect(read(letters[0]).map(\.rule) == [.length] && read(letters[0])[0].message.contains("at least 150"))
        #expect(read(letters[1]).isEmpty && read(letters[2]).isEmpty)
        #expect(read(letters[3]).map(\.message) == ["must have at most 10000 characters, not 10001"])
        // A block's line break belongs to the text, as YAML has it.
        #expect(read(">\n      " + letters[0]).isEmpty)
        #expect(read(">-\n      " + letters[0]).map(\.rule) == [.length])
    }

    @Test func findingsReadAsCompilersWriteThem() {
        let (_, findings) = Sample.read(Sample.minimal("license: EUPL-1.2", "license: EUPL 1.2"))
        #expect(
            findings.map { $0.text(file: "publiccode.yml") } == [
                "publiccode.yml:18:12: legal.license: must be an SPDX expression such as EUPL-1.2 or "
                    + "\"MIT OR Apache-2.0\", not \"EUPL 1.2\""
            ])
        let (_, remarks) = Sample.read(Sample.minimal("name: Meldewesen", "name: Meldewesen\nIT: {}"))
        #expect(remarks.first?.text(file: "f").hasPrefix("f:3:1: warning: IT: ") == true)
    }

    @Test func findingsComeInTheOrderOfTheText() {
        let text = Sample.minimal("license: EUPL-1.2", "license: x y").replacingOccurrences(
            of: "name: Mel", with: "nam: Mel")
        let positions = Sample.read(text).findings.map(\.position)
        #expect(positions.count > 3 && positions == positions.sorted())
    }
}
