import Domain
import Foundation
import TestSupport
import Testing

@testable import Publiccode

/// What a document claims beside what the system knows.
@Suite(.timeLimit(.minutes(2)))
struct SystemFactsTests {
    private static let itzgrund = SystemFacts.Organisation(name: "Itzgrund", uri: "urn:x-german-ags:09473138")
    private static let ebern = SystemFacts.Organisation(name: "Ebern", uri: "urn:x-german-ags:09674130")

    private func facts(
        users: [String] = [], funders: [SystemFacts.Organisation] = [], known: [SystemFacts.Organisation] = [],
        hasReleases: Bool = false, release: SystemFacts.Release? = nil
    ) -> SystemFacts {
        SystemFacts(
            users: users, funders: funders, knownOrganisations: known, hasReleases: hasReleases, release: release)
    }

    private func document(_ addition: String) throws -> PubliccodeDocument {
        try #require(Sample.read(Sample.minimal("name: Meldewesen\n", "name: Meldewesen\n" + addition)).document)
    }

    @Test func usersAreThoseOfAdoptions() throws {
        let document = try document("usedBy:\n  - Ebern\n  - Itzgrund\n")
        let facts = facts(users: ["Itzgrund", "Großheirath"])
        let claims = document.claims(against: facts)
        #expect(claims.map { "\($0.position) \($0.field)" } == ["4:3 usedBy", "4:5 usedBy[0]"])
        #expect(claims.allSatisfy { $0.severity == .warning && $0.rule == .usedBy })
        #expect(claims[0].message.contains("Großheirath") && claims[1].message.contains("Ebern"))
        #expect(document.corrected(by: facts).usedBy == ["Itzgrund", "Großheirath"])
        // Who says nothing claims nothing.
        let silent = try #require(Sample.read(Sample.minimal).document)
        #expect(silent.claims(against: self.facts(users: ["Itzgrund"], funders: [Self.itzgrund])).isEmpty)
        #expect(silent.corrected(by: facts).usedBy == ["Itzgrund", "Großheirath"])
        // Nobody uses it: the key goes.
        let without = document.corrected(by: self.facts())
        #expect(without.usedBy.isEmpty && !without.text.contains("usedBy"))
    }

    @Test func fundersAreThoseOfAgreementsAndThoseBeyondTheSystem() throws {
        let document = try document(
            """
            fundedBy:
              - name: Ebern
              - name: Freistaat Bayern
                uri: "https://land.example"
              - name: Gemeinde Itzgrund
                uri: "urn:x-german-ags:09473138"

            """)
        let facts = facts(funders: [Self.itzgrund], known: [Self.ebern, Self.itzgrund])
        let claims = document.claims(against: facts)
        #expect(claims.map { "\($0.position) \($0.field)" } == ["4:5 fundedBy[0]"])
        #expect(
            document.corrected(by: facts).fundedBy == [
                Self.itzgrund, .init(name: "Freistaat Bayern", uri: "https://land.example"),
            ])
        let missing = document.claims(against: self.facts(funders: [Self.ebern, .init(name: "Neu", uri: "")]))
        #expect(missing.map(\.field) == ["fundedBy"] && missing[0].message.contains("Neu"))
    }

    @Test func theVersionIsRaisedWhereFundersNeedIt() throws {
        let old = try #require(Sample.read(Sample.minimal("\"0.5\"", "\"0.3\"")).document)
        let corrected = old.corrected(by: facts(funders: [Self.itzgrund]))
        #expect(corrected.text.hasPrefix("publiccodeYmlVersion: \"0.5\"\n"))
        #expect(Sample.read(corrected.text).findings.isEmpty)
        #expect(old.corrected(by: facts()).text.hasPrefix("publiccodeYmlVersion: \"0.3\"\n"))
        let newest = try #require(Sample.read(Sample.minimal("\"0.5\"", "\"0\"")).document)
        #expect(newest.corrected(by: facts(funders: [Self.itzgrund])).text.hasPrefix("publiccodeYmlVersion: \"0\"\n"))
    }

    @Test func theReleaseIsTheNewestToBeRun() throws {
        let document = try document("softwareVersion: \"1.0\"\nreleaseDate: \"2023-05-01\"\n")
        let release = SystemFacts.Release(version: "1.1", day: CivilDate(year: 2024, month: 1, day: 2), license: "MIT")
        let facts = facts(hasReleases: true, release: release)
        let claims = document.claims(against: facts)
        #expect(claims.map(\.field) == ["softwareVersion", "releaseDate", "legal.license"])
        #expect(claims.map(\.position.description) == ["3:18", "4:14", "20:12"])
        let corrected = document.corrected(by: facts)
        #expect(corrected.softwareVersion == "1.1" && corrected.license == "MIT")
        #expect(corrected.text.contains("releaseDate: \"2024-01-02\"\n"))
        #expect(corrected.claims(against: facts).isEmpty)
        // Where no release is kept here, what is stated stays; where all are withdrawn, there is none to state.
        #expect(document.corrected(by: self.facts()).softwareVersion == "1.0")
        let withdrawn = self.facts(hasReleases: true)
        #expect(document.claims(against: withdrawn).map(\.field) == ["softwareVersion", "releaseDate"])
        #expect(document.corrected(by: withdrawn).softwareVersion.isEmpty)
        #expect(document.corrected(by: withdrawn).license == "EUPL-1.2")
    }

    /// Import, export, check, import: the same, and nothing left to warn of.
    @Test(arguments: UInt64(1)...60)
    func correctedDocumentsAreTrueAndStay(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let names = ["Itzgrund", "Ebern", "Großheirath", "no", "Stadt: \"X\"", "Freistaat Bayern"]
        func some() -> [String] { names.filter { _ in random.next() % 2 == 0 } }
        func organisations() -> [SystemFacts.Organisation] {
            some().map { .init(name: $0, uri: random.next() % 2 == 0 ? "" : "urn:x-test:\($0.utf8.count)") }
        }
        let stated = try #require(Sample.read(random.next() % 2 == 0 ? Sample.minimal : Sample.complete).document)
        var document = stated
        document.set("usedBy", to: Node(.list(some().map(Node.text))))
        document.set("fundedBy", to: Node(.list(some().map { .mapping(["name": .text($0)]) })))
        let day = CivilDate(daysSinceEpoch: Int(random.next() % 20_000))
        let facts = facts(
            users: some(), funders: organisations(), known: organisations(), hasReleases: random.next() % 2 == 0,
            release: random.next() % 3 == 0 ? nil : .init(version: "1.\(seed)", day: day, license: "EUPL-1.2"))
        let exported = document.corrected(by: facts)
        let read = Sample.read(exported.text)
        let imported = try #require(read.document, "seed \(seed): \(read.findings)")
        #expect(imported == exported && imported.claims(against: facts).isEmpty, "seed \(seed)")
        #expect(imported.corrected(by: facts).text == exported.text, "seed \(seed)")
        for key in ["name", "url", "platforms", "description", "maintenance", "dependsOn", "IT"] {
            #expect(imported.root[key] == stated.root[key], "seed \(seed): \(key)")
        }
    }

    @Test func whatTheMarketplaceKnowsIsRead() throws {
        let document = try #require(Sample.read(Sample.complete).document)
        #expect(document.description.language == "de" && document.description.localisedName == "Bauantrag")
        #expect(document.description.shortDescription == "Nimmt Bauanträge entgegen und führt sie bis zum Bescheid.")
        #expect(document.contacts.map(\.email) == ["bauamt@hassberge.example"])
        #expect(document.supports == ["alias:gdpr", "urn:xoev-de:bmk:standard:xbau"])
        #expect(document.availableLanguages == ["de", "de-x-ls", "sl-IT-nedis"])
        let english = Sample.minimal("  de:\n", "  en:\n")
        #expect(Sample.read(english).document?.description.language == "en")
    }
}
