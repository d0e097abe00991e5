public import API
internal import Domain
public import GRPC
internal import Store

/// Shared applications: ownership and releases.
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
            response.application = request.application
            response.application.name = "\(caller.name)/applications/\(code!)"
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
        let rows = try await backend.store.reader(caller.principal).applications(in: caller.consortium)
        var response = ListApplicationsResponse()
        response.applications = rows.map { row in
            var application = Application()
            application.name = "\(caller.name)/applications/\(row.code)"
            application.displayName = row.displayName
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

    public func publishRelease(
        _ request: PublishReleaseRequest, _ call: ServerCall
    ) async throws -> PublishReleaseResponse {
        let ids = try ResourceName.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        let row = try ReleaseRow(request.release)
        let caller = try await backend.participant(call, in: ids[0], as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let application = try await session.application(ids[1], in: caller.consortium, name: request.parent)
            let head = try await session.head(of: caller.consortium)
            try await session.insert(
                row, of: application.id, in: caller.consortium, recordedFrom: head.nextPosition)
            var response = PublishReleaseResponse()
            response.release = Release(row, application: request.parent)
            response.registerPosition = try head.append(
                .releasePublished(response.release), to: caller.name, by: caller.principal, for: stamp)
            return response
        }
    }

    public func listReleases(_ request: ListReleasesRequest, _ call: ServerCall) async throws -> ListReleasesResponse {
        let ids = try ResourceName.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let application = try await reader.application(ids[1], in: caller.consortium, name: request.parent)
        var response = ListReleasesResponse()
        response.releases = try await reader.releases(of: application.id, in: caller.consortium)
            .map { Release($0, application: request.parent) }
        return response
    }
}
