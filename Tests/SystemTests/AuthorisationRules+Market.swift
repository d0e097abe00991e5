import API
import GRPC
import SwiftProtobuf

extension Set<Standing> {
    /// Who puts something on offer and looks for solutions, each for its own party: auditors only read.
    fileprivate static let traders: Set = registered.subtracting([.auditor])
    /// Who keeps the list of advisory bodies, and writes guides without being one.
    fileprivate static let coordinators: Set = [.operator, .office, .otherOffice]
}

/// Marketplace and competence centre belong to no consortium. What only an owner may do is asked for about things that
/// nobody owns: the rules say whose role lets them through.
extension AuthorisationRules {
    static let market: [Rule] = [
        Rule(MarketplaceServiceMethods.createListing, .traders, CreateListingRequest.self) { request, _ in
            request = .listing("neu")
            request.requestID = ""
        },
        Rule(MarketplaceServiceMethods.updateListing, .traders, UpdateListingRequest.self) { request, _ in
            request.listing = CreateListingRequest.listing("none").listing
            request.listing.name = "listings/none"
        },
        Rule(MarketplaceServiceMethods.publishListing, .traders, PublishListingRequest.self) { request, _ in
            request.name = "listings/none"
        },
        Rule(MarketplaceServiceMethods.withdrawListing, .traders, WithdrawListingRequest.self) { request, _ in
            request.name = "listings/none"
        },
        Rule(MarketplaceServiceMethods.getListing, .registered, GetListingRequest.self) { request, _ in
            request.name = "listings/none"
        },
        Rule(MarketplaceServiceMethods.listListings, .registered, ListListingsRequest.self) { request, _ in
            request.owner = Person.office.party
        },
        Rule(MarketplaceServiceMethods.searchCatalogue, .registered, SearchCatalogueRequest.self) { request, _ in
            request.query = "Bauantrag"
        },
        Rule(MarketplaceServiceMethods.compareListings, .registered, CompareListingsRequest.self) { request, _ in
            request.names = ["listings/none", "listings/neither"]
        },
        Rule(MarketplaceServiceMethods.expressInterest, .traders, ExpressInterestRequest.self) { request, _ in
            request.listing = "listings/none"
        },
        Rule(MarketplaceServiceMethods.answerInterest, .traders, AnswerInterestRequest.self) { request, _ in
            request.name = "listings/none/interests/" + Person.itzgrund.code
            request.accept = true
        },
        Rule(MarketplaceServiceMethods.withdrawInterest, .traders, WithdrawInterestRequest.self) { request, _ in
            request.name = "listings/none/interests/" + Person.itzgrund.code
        },
        Rule(MarketplaceServiceMethods.listInterests, .registered, ListInterestsRequest.self) { _, _ in },
    ]

    static let competence: [Rule] = bodies + advice + guides + evidence

    private static let bodies: [Rule] = [
        Rule(CompetenceServiceMethods.createAdvisoryBody, .coordinators, CreateAdvisoryBodyRequest.self) {
            request, _ in
            request = .body("neu", .ebern)
            request.requestID = ""
        },
        Rule(CompetenceServiceMethods.updateAdvisoryBody, .coordinators, UpdateAdvisoryBodyRequest.self) {
            request, _ in
            request.advisoryBody = CreateAdvisoryBodyRequest.body("none", .ebern).advisoryBody
            request.advisoryBody.name = "advisoryBodies/none"
        },
        Rule(CompetenceServiceMethods.listAdvisoryBodies, .registered, ListAdvisoryBodiesRequest.self) { _, _ in },
    ]

    private static let advice: [Rule] = [
        Rule(CompetenceServiceMethods.submitAdvisoryRequest, .traders, SubmitAdvisoryRequestRequest.self) {
            request, _ in
            request = .ask("neu", "bauwesen", "Wie anfangen?")
            request.requestID = ""
        },
        Rule(CompetenceServiceMethods.assignAdvisoryRequest, .coordinators, AssignAdvisoryRequestRequest.self) {
            request, _ in
            request.name = "advisoryRequests/none"
            request.advisoryBody = "advisoryBodies/none"
        },
        Rule(CompetenceServiceMethods.startAdvisoryRequest, .traders, StartAdvisoryRequestRequest.self) { request, _ in
            request.name = "advisoryRequests/none"
        },
        Rule(CompetenceServiceMethods.handOverAdvisoryRequest, .traders, HandOverAdvisoryRequestRequest.self) {
            request, _ in
            request.name = "advisoryRequests/none"
            request.advisoryBody = "advisoryBodies/none"
            request.explanation = "Bundesweite Frage"
        },
        Rule(CompetenceServiceMethods.answerAdvisoryRequest, .traders, AnswerAdvisoryRequestRequest.self) {
            request, _ in
            request.name = "advisoryRequests/none"
            request.answer = "FIT-Connect"
        },
        Rule(CompetenceServiceMethods.closeAdvisoryRequest, .traders, CloseAdvisoryRequestRequest.self) { request, _ in
            request.name = "advisoryRequests/none"
        },
        Rule(CompetenceServiceMethods.withdrawAdvisoryRequest, .traders, WithdrawAdvisoryRequestRequest.self) {
            request, _ in
            request.name = "advisoryRequests/none"
        },
        Rule(CompetenceServiceMethods.getAdvisoryRequest, .registered, GetAdvisoryRequestRequest.self) { request, _ in
            request.name = "advisoryRequests/none"
        },
        Rule(CompetenceServiceMethods.listAdvisoryRequests, .registered, ListAdvisoryRequestsRequest.self) { _, _ in },
    ]

    /// Neither of the municipalities is an advisory body before anybody has been refused.
    private static let guides: [Rule] = [
        Rule(CompetenceServiceMethods.createGuide, .coordinators, CreateGuideRequest.self) { request, _ in
            request = .guide("neu")
            request.requestID = ""
        },
        Rule(CompetenceServiceMethods.updateGuide, .coordinators, UpdateGuideRequest.self) { request, _ in
            request.guide = CreateGuideRequest.guide("none").guide
            request.guide.name = "guides/none"
        },
        Rule(CompetenceServiceMethods.publishGuide, .coordinators, PublishGuideRequest.self) { request, _ in
            request.name = "guides/none"
        },
        Rule(CompetenceServiceMethods.withdrawGuide, .coordinators, WithdrawGuideRequest.self) { request, _ in
            request.name = "guides/none"
        },
        Rule(CompetenceServiceMethods.getGuide, .registered, GetGuideRequest.self) { request, _ in
            request.name = "guides/none"
        },
        Rule(CompetenceServiceMethods.recordGuideUse, .traders, RecordGuideUseRequest.self) { request, _ in
            request.guide = "guides/none"
        },
    ]

    private static let evidence: [Rule] = [
        Rule(CompetenceServiceMethods.createAdoptionReport, .traders, CreateAdoptionReportRequest.self) { request, _ in
            request.parent = "listings/none"
            request.adoptionReport.rating = 5
            request.adoptionReport.text = "Gern wieder"
        },
        Rule(CompetenceServiceMethods.listAdoptionReports, .registered, ListAdoptionReportsRequest.self) {
            request, _ in
            request.parent = "listings/none"
        },
        // Other municipalities do not look into it without a mandate.
        Rule(
            CompetenceServiceMethods.getMunicipalityStage, .registered.subtracting([.outsider]),
            GetMunicipalityStageRequest.self
        ) { request, _ in request.party = Person.itzgrund.party },
        Rule(CompetenceServiceMethods.getCoverage, .registered, GetCoverageRequest.self) { request, _ in
            request.listing = "listings/none"
        },
    ]

    static let later: [Rule] = [
        Rule(UsageServiceMethods.confirmUsage, [.member], ConfirmUsageRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.period = .year(2012)
        },
        Rule(UsageServiceMethods.disputeUsage, [.member], DisputeUsageRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.period = .year(2012)
        },
        Rule(UsageServiceMethods.compareUsage, .participants, CompareUsageRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.year = 2012
        },
        Rule(UsageServiceMethods.listLateUsage, .participants, ListLateUsageRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.booked = .year(2012)
        },
        Rule(UsageServiceMethods.listUsageStatements, .participants, ListUsageStatementsRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.period = .year(2012)
        },
        Rule(CostServiceMethods.reverseCostItem, [.office], ReverseCostItemRequest.self) {
            $0.name = $1 + "/costItems/none"
        },
        Rule(CostServiceMethods.eraseSupplier, [.office], EraseSupplierRequest.self) {
            $0.name = $1 + "/costItems/none"
        },
        Rule(AgreementServiceMethods.simulateAgreement, .overseers, SimulateAgreementRequest.self) {
            $0.parent = $1 + "/agreements/umlage"
            $0.period = .year(2012)
            $0.alternatives = [.with { $0.leaving = [Person.grossheirath.party] }]
        },
        Rule(CompetenceServiceMethods.getScaleEffect, .overseers, GetScaleEffectRequest.self) {
            $0.agreement = $1 + "/agreements/umlage"
        },
        Rule(AgreementServiceMethods.diffAgreementRevisions, .participants, DiffAgreementRevisionsRequest.self) {
            $0.oldRevision = $1 + "/agreements/umlage/revisions/1"
            $0.newRevision = $1 + "/agreements/umlage/revisions/1"
        },
    ]
}
