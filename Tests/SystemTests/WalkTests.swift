import API
import Foundation
import SwiftProtobuf
import TestCertificates
import TestSupport
import Testing

/// A municipality's way through all four stages of the plan, by command line alone, with the figures checked at each.
@Suite(.timeLimit(.minutes(5)))
struct WalkTests {
    @Test func throughAllFourStages() async throws {
        try await House.with(.founded) { house in
            let walk = Walk(line: CommandRunner(house: house))
            try await walk.knowledge()
            try await walk.offer()
            try await walk.implementation()
            try await walk.upgrades()
            try await walk.report()
            try await walk.networking()
            try await walk.stages()
            try await walk.coverage()
        }
    }
}

private struct Walk {
    let line: CommandRunner
    private let app = "bauantrag --consortium itzgrund"

    /// A guide that is used, and a question that finds its answer at another body than the one that got it.
    func knowledge() async throws {
        try await line.text(.office, "centre add-body bayern --party 09674130 --name Bayern --land 09")
        try await line.text(.office, "centre add-body bund --party otheroffice --name Bund --land 01")
        let file = TestCertificates.shared.directory.appending(path: "guide.md").path
        try "Zuerst FIT-Connect.".write(toFile: file, atomically: true, encoding: .utf8)
        try await line.text(
            .ebern,
            "centre draft-guide xbau --title XBau~einführen --summary Kurz. --file \(file) --topic bauwesen "
                + "--stage implementation")
        try await line.text(.ebern, "centre publish-guide xbau")
        try await line.text(.itzgrund, "centre use-guide xbau --on 2012-01-10")
        let asked = try await line.answer(
            .itzgrund, "centre ask anfang --topic bauwesen --question Wo~anfangen?",
            as: SubmitAdvisoryRequestResponse.self)
        #expect(asked.advisoryRequest.state == .assigned && asked.advisoryRequest.advisoryBody.hasSuffix("/bayern"))
        try await line.text(.ebern, "centre start anfang")
        try await line.text(.ebern, "centre hand-over anfang --to bund --because Bundesweit")
        #expect(
            try await line.refusal(.ebern, "centre answer anfang --text So.").contains("advisoryBodies/bund has it"))
        try await line.text(.otherOffice, "centre start anfang")
        try await line.text(.otherOffice, "centre answer anfang --text Beim~Bauantrag.")
        let closed = try await line.answer(
            .itzgrund, "centre close anfang --rating 5", as: CloseAdvisoryRequestResponse.self)
        #expect(closed.advisoryRequest.state == .closed && closed.advisoryRequest.rating == 5)
        let history = try await line.text(.ebern, "centre request anfang")
        for word in ["assigned", "in-progress", "handed-over", "answered", "closed"] {
            #expect(history.contains(word), "\(word): \(history)")
        }
    }

    /// Two listings, found by a part of a compound and an umlaut written out, filtered, counted and compared.
    func offer() async throws {
        let common = "--topic bauwesen --contact Stelle --email markt@itzgrund.example"
        try await line.text(
            .office,
            "market draft bauantrag --name Bauantrag~online --summary Vom~Formular~zur~Akte. --license "
                + "EUPL-1.2 --price cost-sharing --standard XBau~2.3 --app \(Founding.application) \(common)")
        try await line.text(
            .ebern,
            "market draft beratung --kind advisory-service --name Beratung~Bauanträge --summary Vor~Ort. "
                + "--price time-spent \(common)")
        try await line.text(.office, "market publish bauantrag")
        try await line.text(.ebern, "market publish beratung")
        let found = try await line.answer(.itzgrund, "market search Bauantraege", as: SearchCatalogueResponse.self)
        #expect(Set(found.hits.map(\.name)) == ["listings/bauantrag", "listings/beratung"] && found.totalSize == 2)
        let part = try await line.answer(.itzgrund, "market search antrag", as: SearchCatalogueResponse.self)
        #expect(Set(part.hits.map(\.name)) == ["listings/bauantrag", "listings/beratung"])
        let services = try await line.text(.itzgrund, "market search Bauantrag --kind advisory-service --facets")
        #expect(services.contains("listings/beratung") && !services.contains("listings/bauantrag"), "\(services)")
        let compared = try await line.answer(
            .itzgrund, "market compare bauantrag beratung", as: CompareListingsResponse.self)
        let price = compared.properties.first { $0.property == "price_model" }
        #expect(price?.values == ["cost-sharing", "time-spent"] && price?.differs == true)
    }

    /// Of three members one upgrades without a break, one has stopped, and one has agreed; the listing shows it.
    func implementation() async throws {
        #expect(try await evidence().liveParties == 0)
        try await adopt(.itzgrund, "live --version 1.0.0 --since 2012-03-01")
        try await line.text(
            .office, "app release \(app) --version 1.1.0 --sha256 \(String(repeating: "08", count: 32))")
        try await adopt(.itzgrund, "live --version 1.1.0 --since 2012-09-01")
        try await adopt(.grossheirath, "live --version 1.0.0 --since 2012-06-01")
        try await adopt(.grossheirath, "ended --since 2013-01-01")
        try await adopt(.untermerzbach, "agreed --since 2012-06-01")
        let after = try await evidence()
        #expect(after.liveParties == 1 && after.agreedParties == 1 && after.endedParties == 1)
        // The upgrade does not begin anew.
        #expect(after.liveSince == .day(2012, 3, 1))
    }

    /// Whoever runs what is withdrawn is named until it has upgraded.
    func upgrades() async throws {
        func due() async throws -> [UpgradeDue] {
            try await line.answer(.office, "app upgrades \(app)", as: ListUpgradesDueResponse.self).upgrades
        }
        try await line.text(.office, "app deprecate \(app) --version 1.0.0")
        #expect(try await due().isEmpty, "nobody runs it any more")
        try await line.text(.office, "app withdraw \(app) --version 1.1.0 --advisory CVE-2024-3094")
        #expect(try await due().map(\.adoption.party) == [Person.itzgrund.party])
        #expect(try await due().map(\.upgradeTo) == [""], "there is nothing to upgrade to yet")
        try await line.text(
            .office, "app release \(app) --version 1.1.1 --sha256 \(String(repeating: "09", count: 32))")
        #expect(try await due().map(\.upgradeTo) == ["1.1.1"])
        #expect(try await due().map(\.advisory) == ["CVE-2024-3094"])
        let old = try await line.refusal(
            .grossheirath, "app adopt \(app) live --party 09473132 --version 1.1.0 --since 2014-01-01")
        #expect(old.contains("WITHDRAWN"), "\(old)")
        try await adopt(.itzgrund, "live --version 1.1.1 --since 2014-02-01")
        #expect(try await due().isEmpty)
    }

    /// Only who has run it reports on it; of each party the newest report counts.
    func report() async throws {
        let text = "centre report bauantrag --days 12 --text Schulung~zuerst."
        #expect(try await line.refusal(.untermerzbach, text + " --rating 4").contains("LIVE"))
        try await line.text(.itzgrund, text + " --rating 4")
        try await line.text(.itzgrund, text + " --rating 5")
        let reports = try await line.answer(
            .ebern, "centre reports bauantrag", as: ListAdoptionReportsResponse.self)
        #expect(reports.adoptionReports.map(\.rating) == [5])
        #expect(try await evidence().reports == 1)
    }

    /// An interest is expressed, the owner of the listing accepts, and the members admit the party.
    func networking() async throws {
        try await line.text(.ebern, "market interest bauantrag --message Ab~2013")
        try await line.text(.office, "market answer bauantrag --party 09674130 --accept --text Gern.")
        let applied = try await line.answer(
            .office, "market apply bauantrag --party 09674130", as: ApplyForMembershipResponse.self)
        #expect(applied.membership.interest == "listings/bauantrag/interests/09674130")
        let interests = try await line.text(.ebern, "market interests")
        #expect(interests.contains("applied") && interests.contains("itzgrund"), "\(interests)")
        let preview = try await line.text(
            .office, "decision open admit ebern --consortium itzgrund --party 09674130 --from 2013-01-01 --preview")
        #expect(preview.contains("ACTIVE from 2013-01-01"), "\(preview)")
        try await line.text(
            .office, "decision open admit ebern --consortium itzgrund --party 09674130 --from 2013-01-01")
        try await line.text(.grossheirath, "decision vote ebern yes --consortium itzgrund")
        let decision = try await line.answer(
            .itzgrund, "decision vote ebern yes --consortium itzgrund", as: CastVoteResponse.self
        ).decision
        #expect(decision.state == .passed)
        #expect(decision.explanation.contains("needs 2/3 of 3 statutory votes = 2; has 2"))
        let members = try await line.answer(
            .ebern, "consortium members itzgrund", as: ListMembershipsResponse.self)
        #expect(members.memberships.first { $0.party == Person.ebern.party }?.state == .active)
    }

    /// The stage of each, with the evidence that shows it.
    func stages() async throws {
        let itzgrund = try await stage(.itzgrund, as: .itzgrund)
        #expect(itzgrund.stage == .publicServices)
        #expect(itzgrund.findings.map(\.stage) == [.knowledge, .implementation, .networking, .publicServices])
        #expect(itzgrund.findings.map(\.reached) == [true, true, true, true])
        #expect(itzgrund.findings[0].evidence.map(\.resource) == ["guides/xbau", "advisoryRequests/anfang"])
        #expect(itzgrund.findings[1].evidence.map(\.resource) == [Founding.application])
        #expect(itzgrund.findings[1].evidence.map(\.since) == [.day(2012, 3, 1)])
        #expect(itzgrund.findings[2].evidence.map(\.resource) == [Founding.consortium])
        #expect(itzgrund.findings[3].evidence.map(\.resource) == [Founding.application])
        // Before a year was over it was not yet a fixed part of the services.
        let early = try await stage(.itzgrund, as: .itzgrund, "--on 2013-02-28")
        #expect(early.findings[3].reached == false && early.findings[1].reached)
        #expect(try await stage(.itzgrund, as: .itzgrund, "--on 2013-03-01").stage == .publicServices)
        // What has ended was experience, and who has just joined is in the network.
        let former = try await stage(.grossheirath, as: .office)
        #expect(former.findings.map(\.reached) == [false, true, true, false])
        #expect(try await stage(.ebern, as: .auditor).findings.map(\.reached) == [false, false, true, false])
        let foreign = try await line.refusal(.grossheirath, "centre stage 09473138")
        #expect(foreign.contains("mandate"), "\(foreign)")
        #expect(try await line.refusal(.itzgrund, "centre stage 09473138 --on 9999-01-01").contains("future"))
    }

    /// Eight municipalities are registered, three with their inhabitants of 31 December 2011.
    func coverage() async throws {
        let answer = try await line.answer(
            .ebern, "centre coverage bauantrag --on 2012-01-01 --on 2012-07-01 --on 2013-07-01",
            as: GetCoverageResponse.self)
        let totals = answer.coverages.map(\.total)
        let municipalities = Int32(Person.allCases.count { $0 != .operator && $0 != .nobody } + 1)
        #expect(totals.map(\.municipalities) == Array(repeating: municipalities, count: 3))
        #expect(totals.map(\.coveredMunicipalities) == [0, 2, 1])
        #expect(totals.map(\.inhabitants) == [6645, 6645, 6645])
        #expect(totals.map(\.coveredInhabitants) == [0, 2344 + 2595, 2344])
        #expect(totals[0].withoutInhabitants == municipalities - 3)
        let lands = answer.coverages[1].lands
        #expect(lands.first?.group == "09" && lands.first?.coveredMunicipalities == 2)
        #expect(lands.map(\.municipalities).reduce(0, +) == municipalities)
        let classes = answer.coverages[1].sizeClasses
        #expect(classes.map(\.group) == ["rural-municipality", "unknown"])
        #expect(classes.map(\.coveredMunicipalities) == [2, 0])
        let table = try await line.text(.ebern, "centre coverage bauantrag --on 2012-07-01")
        // 4,939 of 6,645 inhabitants.
        #expect(table.contains("Bayern") && table.contains("74.3 %"), "\(table)")
        #expect(try await line.refusal(.ebern, "centre coverage beratung").contains("not linked to an application"))
    }

    private func adopt(_ person: Person, _ what: String) async throws {
        try await line.text(person, "app adopt \(app) \(what) --party \(person.code)")
    }

    private func evidence() async throws -> UsageEvidence {
        try await line.answer(.ebern, "market show bauantrag", as: Listing.self).evidence
    }

    private func stage(
        _ party: Person, as caller: Person, _ options: String = ""
    ) async throws -> GetMunicipalityStageResponse {
        try await line.answer(caller, "centre stage \(party.code) \(options)", as: GetMunicipalityStageResponse.self)
    }
}
