public import API
internal import Domain
public import GRPC
internal import Register
internal import Store
internal import SwiftProtobuf

/// What is recorded of solutions in use: reports, stages, coverage.
extension CompetenceHandler {
    public func createAdoptionReport(
        _ request: CreateAdoptionReportRequest, _ call: ServerCall
    ) async throws -> CreateAdoptionReportResponse {
        let principal = try await backend.seeker(call)
        let report = request.adoptionReport
        var checks = FieldChecks()
        _ = checks.id(request.parent, in: "listings", field: "parent")
        checks.require(
            (0...10_000).contains(report.introductionDays), "adoption_report.introduction_days",
            "must be between 0 and 10000")
        checks.require((1...5).contains(report.rating), "adoption_report.rating", "must be between 1 and 5")
        checks.text(report.text, field: "adoption_report.text", length: 1...5000)
        try checks.finish()
        let party = try principal.party(report.party, field: "adoption_report.party")
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let listing = try await change.session.publication(request.parent, .published, type: Listing.type)
            guard try await change.session.hasRun(listing.id, party: party.id) else {
                throw Failure(
                    .invalidState,
                    "parties/\(party.code) has never run the application of \(request.parent); it must have an "
                        + "adoption that is or was LIVE"
                ).about(Listing.type, request.parent)
            }
            let text = SaltedText.new(report.text)
            try await change.session.record(
                reportOf: party.id, about: listing.id, introductionDays: report.introductionDays,
                rating: Int16(report.rating), text: text.kept, at: change.position)
            var entry = AdoptionReported()
            entry.adoptionReport = "\(request.parent)/reports/\(party.code)"
            entry.introductionDays = report.introductionDays
            entry.rating = report.rating
            entry.textSha256 = text.digest
            var response = CreateAdoptionReportResponse()
            response.adoptionReport = report
            response.adoptionReport.name = entry.adoptionReport
            response.adoptionReport.party = "parties/" + party.code
            response.adoptionReport.registerPosition = change.position
            response.registerPosition = try change.append(.adoptionReported(entry))
            return response
        }
    }

    public func listAdoptionReports(
        _ request: ListAdoptionReportsRequest, _ call: ServerCall
    ) async throws -> ListAdoptionReportsResponse {
        let principal = try await backend.authorise(call)
        _ = try Listing.id(request.parent, field: "parent")
        let reader = backend.store.reader(principal)
        let listing = try await reader.publication(request.parent, .published, type: Listing.type)
        let page = try ListPage(request, call, principal)
        let state = try await reader.resolve(request.asOf, .platform)
        let rows = try await reader.adoptionReports(
            about: listing.id, knownAt: state.size, before: try page.number() ?? .max, limit: page.limit)
        var response = ListAdoptionReportsResponse()
        response.asOf = state.message
        let (shown, next) = page.cut(rows) { [String($0.recordedFrom)] }
        response.nextPageToken = next
        response.adoptionReports = shown.map { row in
            .with {
                $0.name = "\(request.parent)/reports/\(row.partyCode)"
                $0.party = "parties/" + row.partyCode
                $0.introductionDays = row.introductionDays
                $0.rating = Int32(row.rating)
                $0.text = row.text
                $0.registerPosition = row.recordedFrom
            }
        }
        return response
    }

    public func getMunicipalityStage(
        _ request: GetMunicipalityStageRequest, _ call: ServerCall
    ) async throws -> GetMunicipalityStageResponse {
        let principal = try await backend.authorise(call).under(.seekSolutions, on: Clock.today())
        var checks = FieldChecks()
        let code = checks.id(request.party, in: "parties", field: "party")
        let day = checks.pastDay(request.day, isSet: request.hasDay, field: "day")
        try checks.finish()
        guard principal.role != .municipality || principal.parties[code!] != nil else {
            throw Failure(
                .permissionDenied, "a municipality sees its own stage, and that of parties whose mandate it has")
        }
        let reader = backend.store.reader(principal)
        let party = try await reader.partyID(code!, field: "party")
        let found = MunicipalityStage(try await reader.stageEvidence(of: party), on: day!)
        var response = GetMunicipalityStageResponse()
        response.party = request.party
        response.stage = found.stage.flatMap { Stage(rawValue: $0.rawValue) } ?? .unspecified
        response.findings = MunicipalityStage.Stage.allCases.map { stage in
            StageFinding(stage, found.evidence[stage] ?? [])
        }
        return response
    }

    public func getCoverage(_ request: GetCoverageRequest, _ call: ServerCall) async throws -> GetCoverageResponse {
        let principal = try await backend.authorise(call)
        var checks = FieldChecks()
        _ = checks.id(request.listing, in: "listings", field: "listing")
        checks.require(
            request.days.count <= Limits.coverageDays, "days", "must have at most \(Limits.coverageDays) items")
        let days = request.days.enumerated().compactMap { index, day in
            checks.pastDay(day, isSet: true, field: "days[\(index)]")
        }
        try checks.finish()
        // Each day goes through all municipalities: nothing for the lanes.
        let reader = backend.store.reportReader(principal)
        let listing = try await reader.publication(request.listing, .published, type: Listing.type)
        guard listing.revision.applicationID != nil else {
            throw Failure(
                .invalidState, "\(request.listing) is not linked to an application; coverage has nothing to count"
            )
            .about(Listing.type, request.listing)
        }
        var response = GetCoverageResponse()
        for day in days.isEmpty ? [Clock.today()] : days {
            let coverage = try Domain.Coverage(try await reader.coverage(of: listing.id, on: day))
            response.coverages.append(API.Coverage(coverage, on: day))
        }
        return response
    }

    public func getScaleEffect(
        _ request: GetScaleEffectRequest, _ call: ServerCall
    ) async throws -> GetScaleEffectResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.agreement, in: ["consortia", "agreements"], field: "agreement")
        let metric =
            request.metric.isEmpty
            ? nil : checks.ids(request.metric, in: ["consortia", "applications", "metrics"], field: "metric")
        try checks.finish()
        // Every party's usage goes into it.
        let caller = try await backend.participant(call, in: ids![0], as: [.coordinationOffice, .auditor])
        if let metric { try caller.require(metric[0], field: "metric") }
        let reader = backend.store.reportReader(caller.principal)
        _ = try await reader.agreementRevisionContent(1, of: ids![1], in: caller.consortium, name: request.agreement)
        var response = GetScaleEffectResponse()
        response.lines = try await ScaleEffectReport(
            caller: caller, agreement: ids![1], metric: request.metric, reader: reader
        ).lines()
        return response
    }
}

extension FieldChecks {
    /// A day that is over or goes on; today where none is given.
    fileprivate mutating func pastDay(_ day: API.CivilDate, isSet: Bool, field: String) -> Domain.CivilDate? {
        let today = Clock.today()
        guard isSet else { return today }
        guard let read = date(day, isSet: true, field: field) else { return nil }
        require(read <= today, field, "must not lie in the future")
        return read
    }
}

extension StageFinding {
    fileprivate init(_ stage: MunicipalityStage.Stage, _ items: [MunicipalityStage.Evidence]) {
        self.init()
        self.stage = Stage(rawValue: stage.rawValue) ?? .unspecified
        reached = !items.isEmpty
        evidence = items.prefix(Limits.stageEvidence).map { item in
            .with {
                $0.resource = item.resource
                $0.description_p = item.text(for: stage)
                $0.since = API.CivilDate(item.since)
            }
        }
    }
}

extension MunicipalityStage.Evidence {
    fileprivate func text(for stage: MunicipalityStage.Stage) -> String {
        let end = until.map { ", until \($0)" } ?? ""
        return switch fact {
        case .guideUsed: "guide used"
        case .adviceTaken: "advice taken"
        case .solutionLive:
            stage == .publicServices ? "in use for 12 months and still" : "solution in use" + end
        case .memberOfConsortium: "member of a consortium"
        }
    }
}

extension API.Coverage {
    fileprivate init(_ coverage: Domain.Coverage, on day: Domain.CivilDate) {
        self.init()
        self.day = API.CivilDate(day)
        total = CoverageLine(coverage.total)
        lands = coverage.lands.map(CoverageLine.init)
        sizeClasses = coverage.sizeClasses.map(CoverageLine.init)
    }
}

extension CoverageLine {
    fileprivate init(_ line: Domain.Coverage.Line) {
        self.init()
        group = line.group
        municipalities = Int32(clamping: line.municipalities)
        coveredMunicipalities = Int32(clamping: line.covered)
        inhabitants = line.inhabitants
        coveredInhabitants = line.coveredInhabitants
        withoutInhabitants = Int32(clamping: line.withoutInhabitants)
    }
}
