import API
import Foundation
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// A municipality's way through all four stages, with the figures checked at each.
@Suite(.timeLimit(.minutes(2)))
struct WalkTests {
    private typealias Competence = CompetenceServiceClient

    /// 1 January 2025 lies more than a year back on any day this runs.
    private static let live = API.CivilDate.day(2012, 3, 1)

    @Test func throughAllFourStages() async throws {
        try await House.with(.founded) { house in
            let itzgrund = Competence(try house.client(.itzgrund))
            try await knowledge(itzgrund, house)
            let listing = try await publish("bauantrag", application: Founding.application, in: house)
            try await implementation(listing, house)
            try await report(listing, house)
            try await stages(house)
            try await coverage(listing, house)
        }
    }

    /// A guide that is used and a question that is answered.
    private func knowledge(_ itzgrund: Competence, _ house: House) async throws {
        let office = Competence(try house.client(.office))
        _ = try await office.createAdvisoryBody(.body("bayern", .ebern, lands: ["09"]))
        let author = Competence(try house.client(.ebern))
        let guide = try await author.createGuide(.guide("xbau")).guide
        _ = try await author.publishGuide(.publish(guide))
        let use = RecordGuideUseRequest.with {
            $0 = .use(guide.name)
            $0.usedOn = .day(2012, 1, 10)
        }
        _ = try await itzgrund.recordGuideUse(use)
        let asked = try await itzgrund.submitAdvisoryRequest(.ask("anfang", "bauwesen", "Wo anfangen?"))
        _ = try await author.startAdvisoryRequest(.start(asked.advisoryRequest.name))
        _ = try await author.answerAdvisoryRequest(.answer(asked.advisoryRequest.name, "Beim Bauantrag."))
    }

    /// Two of three members run the application; one upgrades without a break, the other has stopped.
    private func implementation(_ listing: String, _ house: House) async throws {
        let market = MarketplaceServiceClient(try house.client(.ebern))
        let before = try await market.getListing(.with { $0.name = listing }).listing
        #expect(before.evidence.liveParties == 0)
        try await adopt(.itzgrund, .live, "1.0.0", Self.live, house)
        try await release("1.1.0", house)
        try await adopt(.itzgrund, .live, "1.1.0", .day(2012, 9, 1), house)
        try await adopt(.grossheirath, .live, "1.0.0", .day(2012, 6, 1), house)
        try await adopt(.grossheirath, .ended, "", .day(2013, 1, 1), house)
        try await adopt(.untermerzbach, .agreed, "", .day(2012, 6, 1), house)
        let after = try await market.getListing(.with { $0.name = listing }).listing.evidence
        #expect(after.liveParties == 1 && after.agreedParties == 1 && after.endedParties == 1)
        // The upgrade does not begin anew.
        #expect(after.liveSince == Self.live)
        let compared = try await market.searchCatalogue(.with { $0.query = "Bauantrag" })
        #expect(compared.hits.map(\.name) == [listing])
    }

    private func report(_ listing: String, _ house: House) async throws {
        let text = CreateAdoptionReportRequest.with {
            $0.parent = listing
            $0.adoptionReport.introductionDays = 12
            $0.adoptionReport.rating = 4
            $0.adoptionReport.text = "Schulung zuerst."
            $0.requestID = .newRequest
        }
        let stranger = await refusal {
            _ = try await Competence(try house.client(.untermerzbach)).createAdoptionReport(text)
        }
        #expect(stranger?.code == .failedPrecondition && stranger?.message.contains("LIVE") == true)
        let stored = try await Competence(try house.client(.itzgrund)).createAdoptionReport(text).adoptionReport
        #expect(stored.name == listing + "/reports/09473138")
        let again = CreateAdoptionReportRequest.with {
            $0 = text
            $0.adoptionReport.rating = 5
            $0.requestID = .newRequest
        }
        _ = try await Competence(try house.client(.itzgrund)).createAdoptionReport(again)
        let reports = try await Competence(try house.client(.ebern)).listAdoptionReports(.with { $0.parent = listing })
        #expect(reports.adoptionReports.map(\.rating) == [5], "the newest form of each party's report")
        let listed = try await MarketplaceServiceClient(try house.client(.ebern)).getListing(
            .with { $0.name = listing })
        #expect(listed.listing.evidence.reports == 1)
    }

    private func stages(_ house: House) async throws {
        let itzgrund = try await stage(of: .itzgrund, as: .itzgrund, house)
        #expect(itzgrund.stage == .publicServices)
        #expect(itzgrund.findings.map(\.stage) == [.knowledge, .implementation, .networking, .publicServices])
        #expect(itzgrund.findings.map(\.reached) == [true, true, true, true])
        #expect(itzgrund.findings[0].evidence.map(\.resource) == ["guides/xbau", "advisoryRequests/anfang"])
        #expect(itzgrund.findings[1].evidence.map(\.resource) == [Founding.application])
        #expect(itzgrund.findings[1].evidence.map(\.since) == [Self.live])
        #expect(itzgrund.findings[2].evidence.map(\.resource) == [Founding.consortium])
        #expect(itzgrund.findings[3].evidence.map(\.resource) == [Founding.application])
        // Before a year was over it was not yet a fixed part of the services.
        let early = try await stage(of: .itzgrund, as: .itzgrund, on: .day(2013, 2, 28), house)
        #expect(early.findings[3].reached == false && early.findings[1].reached)
        #expect(try await stage(of: .itzgrund, as: .itzgrund, on: .day(2013, 3, 1), house).stage == .publicServices)
        // What has ended was experience.
        let former = try await stage(of: .grossheirath, as: .office, house)
        #expect(former.findings.map(\.reached) == [false, true, true, false])
        let foreign = await refusal { _ = try await stage(of: .itzgrund, as: .grossheirath, house) }
        #expect(foreign?.code == .permissionDenied)
        #expect(
            try await stage(of: .ebern, as: .auditor, house).findings.map(\.reached) == [false, false, false, false])
        let future = await refusal { _ = try await stage(of: .itzgrund, as: .itzgrund, on: .day(9999, 1, 1), house) }
        #expect(future?.fields == ["day"])
    }

    private func stage(
        of party: Person, as caller: Person, on day: API.CivilDate? = nil, _ house: House
    ) async throws -> GetMunicipalityStageResponse {
        try await Competence(try house.client(caller)).getMunicipalityStage(
            .with {
                $0.party = party.party
                if let day { $0.day = day }
            })
    }

    /// Five municipalities are registered, three with their inhabitants of 31 December 2011.
    private func coverage(_ listing: String, _ house: House) async throws {
        let answer = try await Competence(try house.client(.ebern)).getCoverage(
            .with {
                $0.listing = listing
                $0.days = [.day(2012, 1, 1), .day(2012, 7, 1), .day(2013, 7, 1)]
            })
        let totals = answer.coverages.map(\.total)
        let municipalities = Int32(Person.allCases.filter { $0 != .operator && $0 != .nobody }.count + 1)
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
        let unlinked = try await publish("anderes", in: house)
        let refused = await refusal {
            _ = try await Competence(try house.client(.ebern)).getCoverage(.with { $0.listing = unlinked })
        }
        #expect(refused?.code == .failedPrecondition)
        let days = await refusal {
            _ = try await Competence(try house.client(.ebern)).getCoverage(
                .with {
                    $0.listing = listing
                    $0.days = Array(repeating: .day(2012, 1, 1), count: 37)
                })
        }
        #expect(days?.fields == ["days"])
    }

    private func adopt(
        _ person: Person, _ state: API.AdoptionState, _ version: String, _ since: API.CivilDate, _ house: House
    ) async throws {
        _ = try await ApplicationServiceClient(try house.client(person)).recordAdoption(
            .with {
                $0.parent = Founding.application
                $0.adoption.party = person.party
                $0.adoption.state = state
                $0.adoption.version = version
                $0.adoption.valid.start = since
                $0.requestID = .newRequest
            })
    }

    private func release(_ version: String, _ house: House) async throws {
        _ = try await ApplicationServiceClient(try house.client(.office)).publishRelease(
            .with {
                $0.parent = Founding.application
                $0.release.version = version
                $0.release.license = "EUPL-1.2"
                $0.release.artifacts = [.with { $0.sha256 = Data(repeating: 8, count: 32) }]
                $0.requestID = .newRequest
            })
    }
}
