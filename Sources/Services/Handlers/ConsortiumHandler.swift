public import API
internal import Domain
public import GRPC
internal import Store

/// Consortia, their members and their auditors.
public struct ConsortiumHandler: ConsortiumServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func createConsortium(
        _ request: CreateConsortiumRequest, _ call: ServerCall
    ) async throws -> CreateConsortiumResponse {
        let principal = try await backend.authorise(call, as: [.coordinationOffice])
        let row = try ConsortiumRow(request, office: principal.partyCode)
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            let ids = try await session.partyIDs(row.members.map(\.partyCode))
            for (index, member) in row.members.enumerated() where ids[member.partyCode] == nil {
                throw Failure.invalid(
                    "consortium.members[\(index)].party", "names party \(member.partyCode), which is not registered",
                    reason: .unknownParty)
            }
            let id = try await session.insert(row, memberIDs: ids)
            let head = try await session.head(of: id)
            var response = CreateConsortiumResponse()
            response.consortium = Consortium(row)
            response.registerPosition = try head.append(
                .consortiumCreated(response.consortium), to: response.consortium.name, by: principal, for: stamp)
            return response
        }
    }

    public func getConsortium(_ request: GetConsortiumRequest, _ call: ServerCall) async throws -> GetConsortiumResponse
    {
        let code = try ResourceName.id(request.name, in: "consortia", field: "name")
        let caller = try await backend.participant(call, in: code)
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        var response = GetConsortiumResponse()
        response.consortium = Consortium(
            try await reader.consortium(caller.consortium, knownAt: state.size, name: request.name))
        response.asOf = state.message
        return response
    }

    public func listConsortia(_ request: ListConsortiaRequest, _ call: ServerCall) async throws -> ListConsortiaResponse
    {
        let principal = try await backend.authorise(call)
        var response = ListConsortiaResponse()
        response.consortia = try await backend.store.reader(principal).consortia().map(Consortium.init)
        return response
    }

    public func appointAuditor(
        _ request: AppointAuditorRequest, _ call: ServerCall
    ) async throws -> AppointAuditorResponse {
        var checks = FieldChecks()
        let code = checks.id(request.consortium, in: "consortia", field: "consortium")
        let auditor = checks.id(request.party, in: "parties", field: "party")
        var days: Domain.DateRange? = try DateRange(Clock.today(), nil, field: "valid")
        if request.hasValid { days = checks.range(request.valid, isSet: true, needsEnd: false, field: "valid") }
        try checks.finish()
        let caller = try await backend.participant(call, in: code!, as: [.coordinationOffice])
        let principal = caller.principal
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            let partyID = try await session.partyID(auditor!, field: "party")
            let head = try await session.head(of: caller.consortium)
            try await session.appointAuditor(
                partyID, to: caller.consortium, on: days!, recordedFrom: head.nextPosition)
            var change = AuditorAppointed()
            change.party = request.party
            change.valid = API.DateRange(days!)
            var response = AppointAuditorResponse()
            response.registerPosition = try head.append(
                .auditorAppointed(change), to: caller.name, by: principal, for: stamp)
            return response
        }
    }
}
