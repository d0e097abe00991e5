import API
import GRPC

/// Founds one consortium and gives it what the measurements need.
struct ConsortiumSetup {
    let people: People
    let consortium: BenchConsortium

    func run() async throws {
        try await found()
        try await createApplication()
        for _ in 0..<BenchConsortium.revisions { try await draftRevision() }
    }

    private func found() async throws {
        var creation = CreateConsortiumRequest()
        creation.consortiumID = consortium.id
        creation.consortium.displayName = "Zweckverband \(consortium.id)"
        creation.consortium.legalForm = .specialPurposeAssociation
        creation.consortium.currency = "EUR"
        creation.consortium.establishedOn = creationDay
        creation.consortium.members = Caller.municipalities.map { caller in
            var member = Member()
            member.party = "parties/\(caller.party)"
            member.voteWeight = 1
            return member
        }
        creation.requestID = RequestID.new()
        _ = try await ConsortiumServiceClient(people.office).createConsortium(creation)
        var appointment = AppointAuditorRequest()
        appointment.consortium = consortium.name
        appointment.party = "parties/\(Caller.auditor.party)"
        appointment.requestID = RequestID.new()
        _ = try await ConsortiumServiceClient(people.office).appointAuditor(appointment)
        try await decideFoundation()
    }

    private func decideFoundation() async throws {
        var opening = OpenDecisionRequest()
        opening.parent = consortium.name
        opening.decisionID = "foundation"
        opening.decision.foundConsortium = FoundConsortium()
        opening.requestID = RequestID.new()
        let decision = try await DecisionServiceClient(people.office).openDecision(opening).decision
        for municipality in people.municipalities {
            var vote = CastVoteRequest()
            vote.name = decision.name
            vote.ballot = .yes
            vote.requestID = RequestID.new()
            _ = try await DecisionServiceClient(municipality).castVote(vote)
        }
        var approval = RecordApprovalRequest()
        approval.name = consortium.name
        approval.approval.granted = true
        approval.approval.reference = "12-1444"
        approval.approval.date = creationDay
        approval.requestID = RequestID.new()
        _ = try await ConsortiumServiceClient(people.office).recordApproval(approval)
    }

    /// Older than anything that is measured.
    private var creationDay: CivilDate {
        var day = CivilDate()
        (day.year, day.month, day.day) = (2012, 1, 1)
        return day
    }

    private func createApplication() async throws {
        var application = CreateApplicationRequest()
        application.parent = consortium.name
        application.applicationID = BenchConsortium.applicationID
        application.application.displayName = "Einwohnerwesen"
        application.requestID = RequestID.new()
        _ = try await ApplicationServiceClient(people.office).createApplication(application)
        var metric = CreateMetricRequest()
        metric.parent = consortium.application
        metric.metricID = BenchConsortium.metricID
        metric.metric.unit = "case"
        metric.metric.aggregation = .sum
        metric.requestID = RequestID.new()
        _ = try await UsageServiceClient(people.office).createMetric(metric)
    }

    /// 15 % equally, 60 % by inhabitants, 25 % by cases: the size of a revision as they are in use.
    private func draftRevision() async throws {
        var allocation = PoolAllocation()
        allocation.pool = .operation
        allocation.components = [component(15), component(60), component(25)]
        allocation.components[0].equal = EqualComponent()
        allocation.components[1].keyFigure.kind = .inhabitants
        allocation.components[1].keyFigure.referenceDateRule = .previousDecember31
        allocation.components[2].usage.metric = consortium.metric
        var request = CreateAgreementRevisionRequest()
        request.parent = consortium.agreement
        request.agreementRevision.valid.start.year = 2031
        request.agreementRevision.valid.start.month = 1
        request.agreementRevision.valid.start.day = 1
        request.agreementRevision.vatTreatment = .notTaxable
        request.agreementRevision.vatConditions = VatCondition.allCases.filter { $0 != .unspecified }
        request.agreementRevision.legalBasis = "Art. 42 KommZG"
        request.agreementRevision.pools = [allocation]
        request.requestID = RequestID.new()
        _ = try await AgreementServiceClient(people.office).createAgreementRevision(request)
    }

    private func component(_ percent: Int64) -> AllocationComponent {
        var component = AllocationComponent()
        component.weight.numerator = percent
        component.weight.denominator = 100
        return component
    }
}
