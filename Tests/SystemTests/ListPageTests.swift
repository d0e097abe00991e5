import API
import GRPC
import SwiftProtobuf
import Testing

/// Every list comes in pages (AIP-158): page by page the same as at once, in the same order, each row once.
@Suite(.timeLimit(.minutes(5)))
struct ListPageTests {
    @Test func whatAConsortiumHas() async throws {
        try await House.with(.founded) { house in
            try await fill(house)
            let (consortium, office) = (Founding.consortium, try house.client(.office))
            let costs = CostServiceClient(office)
            try await walk(
                ListCostItemsRequest.with { ($0.parent, $0.period) = (consortium, .year(2012)) }, costs.listCostItems
            ) { $0.costItems }
            let consortia = ConsortiumServiceClient(office)
            try await walk(
                ListMembershipsRequest.with { $0.parent = consortium }, consortia.listMemberships
            ) { $0.memberships }
            let everywhere = ConsortiumServiceClient(try house.client(.operator))
            try await walk(ListConsortiaRequest(), everywhere.listConsortia, atLeast: 0) { $0.consortia }
            try await walk(
                ListDecisionsRequest.with { $0.parent = consortium }, DecisionServiceClient(office).listDecisions
            ) { $0.decisions }
            try await walk(
                ListPeriodsRequest.with { $0.parent = consortium }, PeriodServiceClient(office).listPeriods
            ) { $0.periods }
            let agreements = AgreementServiceClient(office)
            try await walk(
                ListAgreementRevisionsRequest.with { $0.parent = Founding.agreement },
                agreements.listAgreementRevisions
            ) { $0.agreementRevisions }
            try await walk(
                ListAgreementRevisionsRequest.with {
                    ($0.parent, $0.asOf.day) = (Founding.agreement, .day(2012, 6, 1))
                }, agreements.listAgreementRevisions
            ) { $0.agreementRevisions }
        }
    }

    @Test func whatAnApplicationHas() async throws {
        try await House.with(.founded) { house in
            try await fill(house)
            let (application, office) = (Founding.application, try house.client(.office))
            let applications = ApplicationServiceClient(office)
            try await walk(
                ListApplicationsRequest.with { $0.parent = Founding.consortium }, applications.listApplications
            ) { $0.applications }
            try await walk(
                ListReleasesRequest.with { $0.parent = application }, applications.listReleases
            ) { $0.releases }
            for history in [false, true] {
                try await walk(
                    ListAdoptionsRequest.with { ($0.parent, $0.history) = (application, history) },
                    applications.listAdoptions, atLeast: history ? 4 : 3
                ) { $0.adoptions }
            }
            try await walk(
                ListUpgradesDueRequest.with { $0.parent = application }, applications.listUpgradesDue, atLeast: 3
            ) { $0.upgrades }
            let usage = UsageServiceClient(office)
            try await walk(ListMetricsRequest.with { $0.parent = application }, usage.listMetrics) { $0.metrics }
            try await walk(
                ListUsageStatementsRequest.with { ($0.parent, $0.period) = (application, .year(2012)) },
                usage.listUsageStatements
            ) { $0.statements }
        }
    }

    @Test func whatIsOfNoConsortium() async throws {
        try await House.with(.founded) { house in
            try await fill(house)
            try await fillMarket(house)
            let office = try house.client(.office)
            let municipalities = MunicipalityServiceClient(office)
            try await walk(
                ListKeyFiguresRequest.with { $0.parent = Person.itzgrund.party }, municipalities.listKeyFigures,
                atLeast: 4
            ) { $0.keyFigures }
            let centre = CompetenceServiceClient(office)
            try await walk(ListAdvisoryBodiesRequest(), centre.listAdvisoryBodies) { $0.advisoryBodies }
            try await walk(
                ListAdoptionReportsRequest.with { $0.parent = "listings/one" }, centre.listAdoptionReports
            ) { $0.adoptionReports }
            let reports = try await centre.listAdoptionReports(.with { $0.parent = "listings/one" }).adoptionReports
            let before = try await centre.listAdoptionReports(
                .with {
                    $0.parent = "listings/one"
                    $0.asOf.registerSize = reports[0].registerPosition
                })
            #expect(before.adoptionReports == Array(reports.dropFirst()))
            let market = MarketplaceServiceClient(office)
            try await walk(
                ListListingsRequest.with { $0.owner = Person.office.party }, market.listListings
            ) { $0.listings }
            try await walk(ListInterestsRequest(), market.listInterests, atLeast: 4) { $0.interests }
        }
    }

    /// Reads a list at once and in pages of 1, 2, …; and what is no page of it is refused.
    private func walk<Request: PagedRequest, Page: PagedResponse, Row: Equatable>(
        _ request: Request, _ list: (Request, CallOptions) async throws -> Page, atLeast least: Int = 2,
        _ rows: (Page) -> [Row]
    ) async throws {
        let name = Comment(rawValue: Request.protoMessageName)
        let whole = try await list(request, CallOptions())
        let count = rows(whole).count
        #expect(whole.nextPageToken.isEmpty && count >= least, name)
        for size in 1...max(1, count) {
            var (request, found, pages) = (request, [Row](), 0)
            request.pageSize = Int32(size)
            repeat {
                let page = try await list(request, CallOptions())
                found += rows(page)
                pages += 1
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty && pages <= count
            #expect(found == rows(whole), name)
            #expect(pages == max(1, (count + size - 1) / size), name)
        }
        var (foreign, tooLong) = (request, request)
        (foreign.pageToken, tooLong.pageSize) = ("x", 1001)
        for wrong in [foreign, tooLong] {
            let answer = await refusal { _ = try await list(wrong, CallOptions()) }
            #expect(answer?.code == .invalidArgument, name)
        }
    }

    /// More than one row of each kind that a consortium has.
    private func fill(_ house: House) async throws {
        let office = try house.client(.office)
        let applications = ApplicationServiceClient(office)
        _ = try await applications.createApplication(.application("wahlen", in: Founding.consortium))
        _ = try await applications.publishRelease(.publish(.sample("1.1.0")))
        let starts: [(Person, String, Int32)] = [
            (.grossheirath, "1.0.0", 2012), (.grossheirath, "1.1.0", 2013), (.itzgrund, "1.0.0", 2013),
            (.untermerzbach, "1.0.0", 2013),
        ]
        for (person, version, year) in starts {
            _ = try await ApplicationServiceClient(try house.client(person)).recordAdoption(
                .adoption(by: person, .live, version: version, since: .day(year, 1, 1)))
        }
        _ = try await applications.deprecateRelease(.deprecate(Founding.application + "/releases/1.1.0"))
        _ = try await applications.withdrawRelease(.withdraw(Founding.application + "/releases/1.0.0"))
        _ = try await UsageServiceClient(office).createMetric(.metric("users", of: Founding.application))
        _ = try await AgreementServiceClient(office).createAgreementRevision(.agreement())
        for number in 1...3 { _ = try await CostServiceClient(office).createCostItem(.cost("c\(number)", net: 100)) }
        for year: Int32 in 2012...2014 { _ = try await PeriodServiceClient(office).createPeriod(.year(year)) }
        for (kind, year) in [(KeyFigureKind.inhabitants, Int32(2010)), (.area, 2011), (.area, 2012)] {
            _ = try await MunicipalityServiceClient(try house.client(.itzgrund)).recordKeyFigure(
                .with {
                    $0.keyFigure.party = Person.itzgrund.party
                    $0.keyFigure.kind = kind
                    $0.keyFigure.referenceDate = .day(year, 12, 31)
                    $0.keyFigure.value = 1000
                    $0.keyFigure.status = .final
                    $0.keyFigure.source = "Bayerisches Landesamt für Statistik"
                    $0.requestID = .newRequest
                })
        }
    }

    /// Two listings with reports and interests, and two bodies that advise.
    private func fillMarket(_ house: House) async throws {
        let office = try house.client(.office)
        let market = MarketplaceServiceClient(office)
        for listing in ["one", "two"] {
            let draft = try await market.createListing(.listing(listing, application: Founding.application)).listing
            _ = try await market.publishListing(.publish(draft))
            for person in [Person.itzgrund, .ebern] {
                _ = try await MarketplaceServiceClient(try house.client(person)).expressInterest(
                    .interest(in: draft.name))
            }
        }
        for person in [Person.itzgrund, .untermerzbach] {
            _ = try await CompetenceServiceClient(try house.client(person)).createAdoptionReport(
                .with {
                    $0.parent = "listings/one"
                    $0.adoptionReport.rating = 5
                    $0.adoptionReport.text = "Wieder."
                    $0.requestID = .newRequest
                })
        }
        for body in ["bund", "land"] {
            _ = try await CompetenceServiceClient(office).createAdvisoryBody(.body(body, .otherOffice))
        }
    }
}
