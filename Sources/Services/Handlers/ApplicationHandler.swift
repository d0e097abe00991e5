public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

/// Shared applications: ownership, releases and adoptions.
public struct ApplicationHandler: ApplicationServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func createApplication(
        _ request: CreateApplicationRequest, _ call: ServerCall
    ) async throws -> CreateApplicationResponse {
        var checks = FieldChecks()
        let consortium = checks.id(request.parent, in: "consortia", field: "parent")
        let code = checks.resourceID(request.applicationID, field: "application_id")
        checks.text(request.application.displayName, field: "application.display_name", length: 1...200)
        try checks.finish()
        let caller = try await backend.participant(call, in: consortium!, as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let head = try await session.head(of: caller.consortium)
            try await session.insertApplication(
                code!, displayName: request.application.displayName, in: caller.consortium,
                recordedFrom: head.nextPosition)
            var response = CreateApplicationResponse()
            response.application.name = "\(caller.name)/applications/\(code!)"
            response.application.displayName = request.application.displayName
            response.registerPosition = try head.append(
                .applicationCreated(response.application), to: caller.name, by: caller.principal, for: stamp)
            return response
        }
    }

    public func listApplications(
        _ request: ListApplicationsRequest, _ call: ServerCall
    ) async throws -> ListApplicationsResponse {
        let code = try ResourceName.id(request.parent, in: "consortia", field: "parent")
        let caller = try await backend.participant(call, in: code)
        let page = try ListPage(request, call, caller.principal)
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let rows = try await reader.applications(
            in: caller.consortium, knownAt: state.size, after: try page.place(count: 1)?[0] ?? "", limit: page.limit)
        var response = ListApplicationsResponse()
        response.asOf = state.message
        let (shown, next) = page.cut(rows) { [$0.code] }
        response.nextPageToken = next
        response.applications = try shown.map { row in
            var application = Application()
            application.name = "\(caller.name)/applications/\(row.code)"
            application.displayName = row.displayName
            if let summary = row.publiccode { application.publiccode = try .init(serializedBytes: summary) }
            return application
        }
        return response
    }

    public func getOwnership(_ request: GetOwnershipRequest, _ call: ServerCall) async throws -> GetOwnershipResponse {
        let ids = try ResourceName.ids(request.application, in: ["consortia", "applications"], field: "application")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let application = try await reader.application(ids[1], in: caller.consortium, name: request.application)
        let row = try await reader.ownership(
            of: application.id, in: caller.consortium, on: state.day, knownAt: state.size)
        guard let row else { throw Failure.unknown("ownership", request.application) }
        var response = GetOwnershipResponse()
        response.ownership = Ownership(row, application: request.application)
        response.asOf = state.message
        return response
    }

    public func planRelease(_ request: PlanReleaseRequest, _ call: ServerCall) async throws -> PlanReleaseResponse {
        let row = try ReleaseRow(planned: request.release)
        return try await change(call, request, request.parent, id: request.requestID) { context, application in
            try await context.requireNew(row.version, of: application)
            var response = PlanReleaseResponse()
            (response.release, response.registerPosition) = try await context.record(row, of: application) {
                .releasePlanned($0)
            }
            return response
        }
    }

    public func publishRelease(
        _ request: PublishReleaseRequest, _ call: ServerCall
    ) async throws -> PublishReleaseResponse {
        var version = Release()
        version.version = request.release.version
        let isPlanned = request.release == version
        if request.release.version.isEmpty { throw Failure.missing("release.version") }
        let given = isPlanned ? nil : try ReleaseRow(planned: request.release)
        return try await change(call, request, request.parent, id: request.requestID) { context, application in
            try context.requireOfficeMay(
                try await context.consortium().charter().officePublishesReleases, "publish a release")
            let planned = try await context.session.release(
                version.version, of: application.id, in: context.caller.consortium)
            guard var row = given ?? planned else {
                throw Failure.unknown("release", "\(application.name)/releases/\(version.version)")
            }
            if let planned {
                row.state = planned.state
                row.firstRecorded = planned.firstRecorded
            }
            var response = PublishReleaseResponse()
            (response.release, response.registerPosition) = try await context.record(
                try row.published(on: context.today), of: application
            ) { .releasePublished($0) }
            return response
        }
    }

    public func deprecateRelease(
        _ request: DeprecateReleaseRequest, _ call: ServerCall
    ) async throws -> DeprecateReleaseResponse {
        let name = try ReleaseName(request.name, field: "name")
        let caller = try await backend.participant(call, in: name.consortium, as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            _ = try await context.nextPosition()
            let (application, row) = try await context.release(request.name, field: "name")
            var response = DeprecateReleaseResponse()
            (response.release, response.registerPosition) = try await context.record(
                try row.moved(to: .deprecated), of: application
            ) { .releaseDeprecated($0) }
            return response
        }
    }

    public func withdrawRelease(
        _ request: WithdrawReleaseRequest, _ call: ServerCall
    ) async throws -> WithdrawReleaseResponse {
        let name = try ReleaseName(request.name, field: "name")
        let caller = try await backend.participant(call, in: name.consortium, as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            _ = try await context.nextPosition()
            try context.requireOfficeMay(
                try await context.consortium().charter().officePublishesReleases, "withdraw a release")
            let (application, row) = try await context.release(request.name, field: "name")
            var response = WithdrawReleaseResponse()
            (response.release, response.registerPosition) = try await context.record(
                try row.withdrawn(request.advisory, field: "advisory"), of: application
            ) { .releaseWithdrawn($0) }
            return response
        }
    }

    public func listReleases(_ request: ListReleasesRequest, _ call: ServerCall) async throws -> ListReleasesResponse {
        let ids = try ResourceName.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let application = try await reader.application(ids[1], in: caller.consortium, name: request.parent)
        let state = try await reader.resolve(request.asOf, caller.register)
        let page = try ListPage(request, call, caller.principal)
        let rows = try await reader.releases(
            of: application.id, in: caller.consortium, knownAt: state.size, before: try page.number() ?? .max,
            limit: page.limit)
        var response = ListReleasesResponse()
        let (shown, next) = page.cut(rows) { [String($0.firstRecorded)] }
        response.nextPageToken = next
        response.releases = try shown.map { try Release($0, application: request.parent) }
        response.asOf = state.message
        return response
    }

    public func recordAdoption(
        _ request: RecordAdoptionRequest, _ call: ServerCall
    ) async throws -> RecordAdoptionResponse {
        try await change(call, request, request.parent, id: request.requestID, as: .actors) { context, application in
            let recording = AdoptionRecording(
                context: context, application: application, adoption: request.adoption)
            var response = RecordAdoptionResponse()
            (response.adoption, response.registerPosition) = try await recording.record()
            return response
        }
    }

    public func listAdoptions(
        _ request: ListAdoptionsRequest, _ call: ServerCall
    ) async throws -> ListAdoptionsResponse {
        let ids = try ResourceName.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let application = try await reader.application(ids[1], in: caller.consortium, name: request.parent)
        let page = try ListPage(request, call, caller.principal)
        let last = try page.place(count: 2).map {
            (party: $0[0], start: try Domain.CivilDate($0[1], field: "page_token"))
        }
        let rows = try await reader.adoptions(
            of: application.id, in: caller.consortium, on: request.history ? nil : state.day, knownAt: state.size,
            after: last, limit: page.limit)
        var response = ListAdoptionsResponse()
        let (shown, next) = page.cut(rows) { [$0.partyCode, $0.days.start.description] }
        response.nextPageToken = next
        response.adoptions = shown.map { Adoption($0, application: request.parent) }
        response.asOf = state.message
        return response
    }

    public func listUpgradesDue(
        _ request: ListUpgradesDueRequest, _ call: ServerCall
    ) async throws -> ListUpgradesDueResponse {
        let ids = try ResourceName.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let application = try await reader.application(ids[1], in: caller.consortium, name: request.parent)
        let state = try await reader.resolve(request.asOf, caller.register)
        let releases = try await reader.releases(of: application.id, in: caller.consortium, knownAt: state.size)
            .map { try Release($0, application: request.parent) }
        let adoptions = try await reader.adoptions(
            of: application.id, in: caller.consortium, on: state.day, knownAt: state.size)
        let due = UpgradeDue.all(
            adoptions.map { Adoption($0, application: request.parent) }, newestFirst: releases)
        var response = ListUpgradesDueResponse()
        let (shown, next) = try ListPage(request, call, caller.principal).cut(whole: due) {
            ($0.releaseState == .withdrawn ? "0" : "1") + $0.adoption.party
        }
        response.nextPageToken = next
        response.upgrades = Array(shown)
        response.asOf = state.message
        return response
    }

    /// A change of an application under the lock of the consortium's register.
    private func change<Request: Message, Response: Message & Sendable>(
        _ call: ServerCall, _ request: Request, _ parent: String, id: String,
        as roles: Set<PrincipalRole> = [.coordinationOffice],
        _ body: (ChangeContext, ReleaseName.Application) async throws -> Response
    ) async throws -> Response {
        let ids = try ResourceName.ids(parent, in: ["consortia", "applications"], field: "parent")
        let caller = try await backend.participant(call, in: ids[0], as: roles)
        return try await backend.change(call, request, id: id, as: caller.principal) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            let application = try await context.application(ids[1], name: parent)
            _ = try await context.nextPosition()
            return try await body(context, application)
        }
    }
}

extension ChangeContext {
    fileprivate func requireNew(_ version: String, of application: ReleaseName.Application) async throws {
        guard try await session.release(version, of: application.id, in: caller.consortium) == nil else {
            throw Failure.invalid("release.version", "exists already", reason: .alreadyExists)
        }
    }
}

extension UpgradeDue {
    /// Who runs what should no longer be run: withdrawn releases first, then by the order of the adoptions.
    fileprivate static func all(_ adoptions: [Adoption], newestFirst releases: [Release]) -> [UpgradeDue] {
        let newest = releases.first { $0.state == .released }?.version ?? ""
        let byVersion = Dictionary(releases.map { ($0.version, $0) }, uniquingKeysWith: { first, _ in first })
        let due = adoptions.compactMap { adoption -> UpgradeDue? in
            guard adoption.state == .live, let release = byVersion[adoption.version],
                [.withdrawn, .deprecated].contains(release.state)
            else { return nil }
            var upgrade = UpgradeDue()
            upgrade.adoption = adoption
            upgrade.releaseState = release.state
            upgrade.advisory = release.advisory
            upgrade.upgradeTo = newest
            return upgrade
        }
        return due.filter { $0.releaseState == .withdrawn } + due.filter { $0.releaseState != .withdrawn }
    }
}
