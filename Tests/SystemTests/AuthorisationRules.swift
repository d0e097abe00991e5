import API
import GRPC
import SwiftProtobuf

/// Who stands how to the consortium that a call names.
enum Standing: String, CaseIterable, Sendable {
    case `operator`
    /// Its coordination office.
    case office
    /// The coordination office of another consortium.
    case otherOffice
    case member
    /// A municipality that is a member of another consortium.
    case outsider
    /// Appointed to it.
    case auditor
    /// Holds a certificate that nobody has registered.
    case stranger

    var person: Person {
        switch self {
        case .operator: .operator
        case .office: .office
        case .otherOffice: .otherOffice
        case .member: .itzgrund
        case .outsider: .ebern
        case .auditor: .auditor
        case .stranger: .nobody
        }
    }
}

/// Who may make a call, with a request that is right but for who makes it.
struct AuthorisationRule: Sendable {
    let method: MethodDescriptor
    let allowed: Set<Standing>
    /// The request's bytes without its request_id, on a consortium of that resource name.
    let request: @Sendable (_ consortium: String) throws -> [UInt8]

    init<Request: Message>(
        _ method: MethodDescriptor, _ allowed: Set<Standing>, _: Request.Type = Request.self,
        _ fill: @escaping @Sendable (_ request: inout Request, _ consortium: String) -> Void
    ) {
        self.method = method
        self.allowed = allowed
        request = { consortium in
            var request = Request()
            fill(&request, consortium)
            return try request.serializedBytes()
        }
    }
}

extension Set<Standing> {
    static let registered = Set(Standing.allCases).subtracting([.stranger])
    /// Who takes part in the consortium.
    static let participants: Set = [.office, .member, .auditor]
    /// Who acts in it; auditors only read, and the operator does not look into it.
    static let actors: Set = [.office, .member]
    /// Who sees what every party has reported.
    static let overseers: Set = [.office, .auditor]
    static let offices: Set = [.office, .otherOffice]
}

/// The whole of who may do what (P1): one line for each call of the API, in groups by service.
enum AuthorisationRules {
    typealias Rule = AuthorisationRule

    static let all =
        access + parties + consortium + decisions + membership + usage + money + register + market + competence + later

    private static let access: [Rule] = [
        Rule(AccessServiceMethods.createCredential, [.operator], CreateCredentialRequest.self) { request, _ in
            request.credential.name = "credentials/" + String(repeating: "a", count: 64)
            request.credential.party = Person.itzgrund.party
            request.credential.role = .municipality
        },
        Rule(AccessServiceMethods.rotateCredential, .registered, RotateCredentialRequest.self) { request, _ in
            request.name = "credentials/" + String(repeating: "b", count: 64)
            request.successor = "credentials/" + String(repeating: "c", count: 64)
        },
        Rule(AccessServiceMethods.listCredentials, .registered, ListCredentialsRequest.self) {
            $0.parent = Person.itzgrund.party
            _ = $1
        },
        Rule(AccessServiceMethods.revokeCredential, [.operator], RevokeCredentialRequest.self) { request, _ in
            request.name = "credentials/" + String(repeating: "d", count: 64)
        },
        Rule(AccessServiceMethods.createMandate, [.operator, .member], CreateMandateRequest.self) { request, _ in
            request.parent = Person.itzgrund.party
            request.mandateID = "m"
            request.mandate.holder = Person.ebern.party
            request.mandate.purposes = [.reportUsage]
            request.mandate.valid.start = .day(2012, 1, 1)
        },
        Rule(AccessServiceMethods.listMandates, .registered, ListMandatesRequest.self) { request, _ in
            request.parent = Person.itzgrund.party
        },
        Rule(AccessServiceMethods.revokeMandate, [.operator, .member], RevokeMandateRequest.self) { request, _ in
            request.name = Person.itzgrund.party + "/mandates/none"
        },
    ]

    private static let parties: [Rule] = [
        Rule(MunicipalityServiceMethods.createParty, [.operator, .office, .otherOffice], CreatePartyRequest.self) {
            request, _ in
            request = .party("neu", "Neu")
            request.requestID = ""
        },
        Rule(MunicipalityServiceMethods.getParty, .registered, GetPartyRequest.self) { request, _ in
            request.name = Person.itzgrund.party
        },
        Rule(MunicipalityServiceMethods.listParties, .registered, ListPartiesRequest.self) { _, _ in },
        Rule(
            MunicipalityServiceMethods.recordKeyFigure, [.operator, .office, .otherOffice, .member],
            RecordKeyFigureRequest.self
        ) { request, _ in
            request.keyFigure.party = Person.itzgrund.party
            request.keyFigure.kind = .pupils
            request.keyFigure.referenceDate = .day(2012, 1, 1)
            request.keyFigure.value = 1
            request.keyFigure.status = .final
            request.keyFigure.source = "Schulamt"
        },
        Rule(MunicipalityServiceMethods.listKeyFigures, .registered, ListKeyFiguresRequest.self) { request, _ in
            request.parent = Person.itzgrund.party
        },
        Rule(MunicipalityServiceMethods.renameParty, [.operator, .office, .otherOffice], RenamePartyRequest.self) {
            request, _ in
            request.name = Person.itzgrund.party
            request.displayName = "Itzgrund am Berg"
            request.validFrom = .day(2099, 1, 1)
        },
        Rule(MunicipalityServiceMethods.listPartyNames, .registered, ListPartyNamesRequest.self) { request, _ in
            request.parent = Person.itzgrund.party
        },
        Rule(
            MunicipalityServiceMethods.recordMunicipalChange, [.operator, .office, .otherOffice],
            RecordMunicipalChangeRequest.self
        ) { request, _ in
            request = .change(.ebern, [(.itzgrund, 1, 1)], on: .day(2099, 1, 1))
            request.requestID = ""
        },
        Rule(MunicipalityServiceMethods.listMunicipalChanges, .registered, ListMunicipalChangesRequest.self) {
            request, _ in
            request.parent = "parties/-"
        },
        Rule(MunicipalityServiceMethods.resolveSuccessors, .registered, ResolveSuccessorsRequest.self) {
            request, _ in
            request.name = Person.itzgrund.party
        },
        Rule(MunicipalityServiceMethods.resolveKeyFigure, .registered, ResolveKeyFigureRequest.self) { request, _ in
            request.party = Person.itzgrund.party
            request.kind = .inhabitants
            request.referenceDate = .day(2011, 12, 31)
        },
    ]

    private static let consortium: [Rule] = [
        Rule(ConsortiumServiceMethods.createConsortium, .offices, CreateConsortiumRequest.self) { request, _ in
            request = .consortium("neu", members: Person.members.map(\.party))
            request.requestID = ""
        },
        Rule(ConsortiumServiceMethods.getConsortium, .participants, GetConsortiumRequest.self) { $0.name = $1 },
        Rule(ConsortiumServiceMethods.listConsortia, .registered, ListConsortiaRequest.self) { _, _ in },
        Rule(ConsortiumServiceMethods.appointAuditor, [.office], AppointAuditorRequest.self) {
            $0.consortium = $1
            $0.party = Person.ebern.party
        },
        Rule(ConsortiumServiceMethods.recordApproval, [.office], RecordApprovalRequest.self) {
            $0.name = $1
            $0.approval.granted = true
            $0.approval.reference = "12-1444"
            $0.approval.date = .day(2012, 1, 1)
        },
        Rule(ConsortiumServiceMethods.completeLiquidation, [.office], CompleteLiquidationRequest.self) {
            $0.name = $1
            $0.approval.granted = true
            $0.approval.reference = "12-1444"
            $0.approval.date = .day(2012, 1, 1)
        },
    ]

    /// Outsiders do not see a consortium whose charter is not open to applications.
    private static let membership: [Rule] = [
        Rule(ConsortiumServiceMethods.applyForMembership, [.office], ApplyForMembershipRequest.self) {
            $0.parent = $1
            $0.party = Person.ebern.party
        },
        Rule(
            ConsortiumServiceMethods.withdrawMembershipApplication, [.office],
            WithdrawMembershipApplicationRequest.self
        ) { $0.name = $1 + "/memberships/" + Person.ebern.code },
        Rule(ConsortiumServiceMethods.quoteBuyIn, .participants, QuoteBuyInRequest.self) {
            $0.parent = $1
            $0.party = Person.ebern.party
            $0.share = .of(1, 10)
            $0.referenceDate = .day(2012, 1, 1)
        },
        Rule(ConsortiumServiceMethods.giveNotice, .actors, GiveNoticeRequest.self) {
            $0.name = $1 + "/memberships/" + Person.itzgrund.code
            $0.receivedOn = .day(2012, 1, 1)
            $0.exitOn = .day(2014, 1, 1)
            $0.validateOnly = true
        },
        Rule(ConsortiumServiceMethods.settleMembership, [.office], SettleMembershipRequest.self) {
            $0.name = $1 + "/memberships/" + Person.itzgrund.code
            $0.documentSha256 = .init(repeating: 7, count: 32)
        },
        Rule(ConsortiumServiceMethods.getMembership, .participants, GetMembershipRequest.self) {
            $0.name = $1 + "/memberships/" + Person.itzgrund.code
        },
        Rule(ConsortiumServiceMethods.listMemberships, .participants, ListMembershipsRequest.self) { $0.parent = $1 },
    ]

    private static let decisions: [Rule] = [
        Rule(DecisionServiceMethods.withdrawDecision, .actors, WithdrawDecisionRequest.self) {
            $0.name = $1 + "/decisions/none"
        },
        Rule(DecisionServiceMethods.previewDecision, .participants, PreviewDecisionRequest.self) {
            $0.name = $1 + "/decisions/none"
        },
        Rule(DecisionServiceMethods.openDecision, .actors, OpenDecisionRequest.self) {
            $0.parent = $1
            $0.decisionID = "neu"
            $0.decision.foundConsortium = FoundConsortium()
        },
        Rule(DecisionServiceMethods.castVote, [.member], CastVoteRequest.self) {
            $0.name = $1 + "/decisions/umlage"
            $0.ballot = .yes
        },
        Rule(DecisionServiceMethods.getDecision, .participants, GetDecisionRequest.self) {
            $0.name = $1 + "/decisions/umlage"
        },
        Rule(DecisionServiceMethods.listDecisions, .participants, ListDecisionsRequest.self) { $0.parent = $1 },
        Rule(ApplicationServiceMethods.createApplication, [.office], CreateApplicationRequest.self) {
            $0 = .application("neu", in: $1)
        },
        Rule(ApplicationServiceMethods.listApplications, .participants, ListApplicationsRequest.self) {
            $0.parent = $1
        },
        Rule(ApplicationServiceMethods.getOwnership, .participants, GetOwnershipRequest.self) {
            $0.application = $1 + "/applications/bauantrag"
        },
        Rule(ApplicationServiceMethods.planRelease, [.office], PlanReleaseRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.release.version = "3.0.0"
            $0.release.license = "EUPL-1.2"
        },
        Rule(ApplicationServiceMethods.deprecateRelease, [.office], DeprecateReleaseRequest.self) {
            $0.name = $1 + "/applications/bauantrag/releases/none"
        },
        Rule(ApplicationServiceMethods.withdrawRelease, [.office], WithdrawReleaseRequest.self) {
            $0.name = $1 + "/applications/bauantrag/releases/none"
            $0.advisory = "CVE"
        },
        Rule(ApplicationServiceMethods.recordAdoption, .actors, RecordAdoptionRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.adoption.party = Person.itzgrund.party
            $0.adoption.state = .interest
            $0.adoption.valid.start = .day(2012, 1, 1)
        },
        Rule(ApplicationServiceMethods.listAdoptions, .participants, ListAdoptionsRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
        },
        Rule(ApplicationServiceMethods.validatePubliccode, .registered, ValidatePubliccodeRequest.self) { _, _ in },
        Rule(ApplicationServiceMethods.importPubliccode, [.office], ImportPubliccodeRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
        },
        Rule(ApplicationServiceMethods.exportPubliccode, .participants, ExportPubliccodeRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
        },
        Rule(ApplicationServiceMethods.listUpgradesDue, .participants, ListUpgradesDueRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
        },
        Rule(ApplicationServiceMethods.publishRelease, [.office], PublishReleaseRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.release.version = "2.0.0"
            $0.release.license = "EUPL-1.2"
            $0.release.artifacts = [.with { $0.sha256 = .init(repeating: 7, count: 32) }]
        },
        Rule(ApplicationServiceMethods.listReleases, .participants, ListReleasesRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
        },
        Rule(AgreementServiceMethods.createAgreementRevision, .actors, CreateAgreementRevisionRequest.self) {
            $0 = .agreement()
            $0.parent = $1 + "/agreements/umlage"
        },
        Rule(AgreementServiceMethods.getAgreementRevision, .participants, GetAgreementRevisionRequest.self) {
            $0.name = $1 + "/agreements/umlage/revisions/1"
        },
        Rule(AgreementServiceMethods.listAgreementRevisions, .participants, ListAgreementRevisionsRequest.self) {
            $0.parent = $1 + "/agreements/umlage"
        },
    ]

    private static let usage: [Rule] = [
        Rule(UsageServiceMethods.createMetric, [.office], CreateMetricRequest.self) {
            $0 = .metric("neu", of: $1 + "/applications/bauantrag")
        },
        Rule(UsageServiceMethods.listMetrics, .participants, ListMetricsRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
        },
        Rule(UsageServiceMethods.ingestUsage, [.member], IngestUsageRequest.self) {
            $0 = .batch(.itzgrund, quantities: [1])
            $0.parent = $1 + "/applications/bauantrag"
            $0.requestID = ""
        },
        Rule(UsageServiceMethods.updateMetric, [.office], UpdateMetricRequest.self) {
            $0.metric.name = $1 + "/applications/bauantrag/metrics/cases"
            $0.metric.unit = "Fall"
            $0.updateMask.paths = ["unit"]
        },
        Rule(UsageServiceMethods.retireMetric, [.office], RetireMetricRequest.self) {
            $0.name = $1 + "/applications/bauantrag/metrics/none"
        },
        Rule(UsageServiceMethods.reportUsage, [.member], ReportUsageRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.sourceID = "rechenzentrum"
            $0.records = IngestUsageRequest.batch(.itzgrund, quantities: [1]).records
        },
        Rule(UsageServiceMethods.queryUsageSeries, .participants, QueryUsageSeriesRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.period = .year(2012)
            $0.grain = .month
        },
        Rule(UsageServiceMethods.getUsageHistory, .participants, GetUsageHistoryRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.party = Person.itzgrund.party
            $0.metric = $1 + "/applications/bauantrag/metrics/cases"
            $0.intervalStart = IngestUsageRequest.newYear
            $0.intervalEnd = IngestUsageRequest.newYear + 3600
        },
        Rule(UsageServiceMethods.watchUsage, .participants, WatchUsageRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.period = .year(2012)
        },
        Rule(UsageServiceMethods.queryUsageTotals, .participants, QueryUsageTotalsRequest.self) {
            $0.parent = $1 + "/applications/bauantrag"
            $0.period = .year(2012)
        },
    ]

    private static let money: [Rule] = [
        Rule(CostServiceMethods.createCostItem, [.office], CreateCostItemRequest.self) {
            $0 = .cost("neu", net: 1)
            $0.parent = $1
        },
        Rule(CostServiceMethods.listCostItems, .participants, ListCostItemsRequest.self) {
            $0.parent = $1
            $0.period = .year(2012)
        },
        Rule(PeriodServiceMethods.createPeriod, [.office], CreatePeriodRequest.self) {
            $0.parent = $1
            $0.periodID = "y2012"
            $0.period.kind = .fiscalYear
            $0.period.days.start = .day(2012, 1, 1)
        },
        Rule(PeriodServiceMethods.getPeriod, .participants, GetPeriodRequest.self) { $0.name = $1 + "/periods/y" },
        Rule(PeriodServiceMethods.listPeriods, .participants, ListPeriodsRequest.self) { $0.parent = $1 },
        Rule(PeriodServiceMethods.closePeriod, [.office], ClosePeriodRequest.self) { $0.name = $1 + "/periods/y" },
        Rule(SettlementServiceMethods.calculateSettlement, [.office], CalculateSettlementRequest.self) {
            $0 = .settlement("y2012")
            $0.parent = $1
            $0.agreement = $1 + "/agreements/umlage"
        },
        Rule(SettlementServiceMethods.getSettlement, .participants, GetSettlementRequest.self) {
            $0.name = $1 + "/settlements/y"
        },
        Rule(SettlementServiceMethods.listSettlements, .participants, ListSettlementsRequest.self) { $0.parent = $1 },
        Rule(SettlementServiceMethods.explainSettlementLine, .participants, ExplainSettlementLineRequest.self) {
            $0.name = $1 + "/settlements/y"
            $0.party = Person.itzgrund.party
        },
        Rule(SettlementServiceMethods.correctSettlement, [.office], CorrectSettlementRequest.self) {
            $0.name = $1 + "/settlements/y"
            $0.settlementID = "z"
        },
        Rule(SettlementServiceMethods.calculateExitSettlement, [.office], CalculateExitSettlementRequest.self) {
            $0.parent = $1
            $0.settlementID = "exit"
            $0.party = Person.itzgrund.party
            $0.agreement = $1 + "/agreements/umlage"
        },
        Rule(SettlementServiceMethods.recomputeSettlement, .overseers, RecomputeSettlementRequest.self) {
            $0.name = $1 + "/settlements/y"
        },
        Rule(SettlementServiceMethods.issueSettlement, [.office], IssueSettlementRequest.self) {
            $0.name = $1 + "/settlements/y"
            $0.dueDates = [.day(2099, 1, 1)]
        },
        Rule(SettlementServiceMethods.getDocument, .participants, GetDocumentRequest.self) {
            $0.name = $1 + "/documents/2013-000001"
        },
        Rule(SettlementServiceMethods.listDocuments, .participants, ListDocumentsRequest.self) { $0.parent = $1 },
    ]

    private static let register: [Rule] = [
        Rule(RegisterServiceMethods.getCheckpoint, .participants, GetCheckpointRequest.self) { $0.register = $1 },
        Rule(RegisterServiceMethods.addCosignature, .participants, AddCosignatureRequest.self) { $0.register = $1 },
        Rule(RegisterServiceMethods.listRegisterKeys, .participants, ListRegisterKeysRequest.self) { $0.register = $1 },
        Rule(RegisterServiceMethods.listEntries, .overseers, ListEntriesRequest.self) { $0.register = $1 },
        Rule(RegisterServiceMethods.watchEntries, .overseers, WatchEntriesRequest.self) { $0.register = $1 },
        Rule(RegisterServiceMethods.proveInclusion, .participants, ProveInclusionRequest.self) { $0.register = $1 },
        Rule(RegisterServiceMethods.proveConsistency, .participants, ProveConsistencyRequest.self) {
            $0.register = $1
            $0.oldSize = 1
        },
        Rule(ExportServiceMethods.exportAuditBundle, .overseers, ExportAuditBundleRequest.self) {
            $0.consortium = $1
        },
        Rule(ExportServiceMethods.exportTable, .participants, ExportTableRequest.self) {
            $0.filter.consortium = $1
            $0.filter.content = .costs
            $0.format = .csv
        },
        Rule(AuditServiceMethods.createRemark, [.auditor], CreateRemarkRequest.self) {
            $0.parent = $1
            $0.kind = .acknowledged
        },
        Rule(AuditServiceMethods.answerRemark, [.office], AnswerRemarkRequest.self) {
            $0.name = $1 + "/remarks/1"
            $0.note = "Antwort"
        },
        Rule(AuditServiceMethods.eraseRemarkNote, .overseers, EraseRemarkNoteRequest.self) {
            $0.name = $1 + "/remarks/1"
        },
        Rule(AuditServiceMethods.listRemarks, .overseers, ListRemarksRequest.self) { $0.parent = $1 },
        Rule(AuditServiceMethods.listAccesses, [.office, .operator], ListAccessesRequest.self) { $0.parent = $1 },
    ]
}
