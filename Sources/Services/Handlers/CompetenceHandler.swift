public import API
internal import Domain
public import GRPC
internal import Store

/// The competence centre: who advises.
public struct CompetenceHandler: CompetenceServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func createAdvisoryBody(
        _ request: CreateAdvisoryBodyRequest, _ call: ServerCall
    ) async throws -> CreateAdvisoryBodyResponse {
        let principal = try await backend.authorise(call, as: .coordinators)
        var checks = FieldChecks()
        let code = checks.resourceID(request.advisoryBodyID, field: "advisory_body_id")
        let row = AdvisoryBodyRow(request.advisoryBody, code: code ?? "", &checks)
        try checks.finish()
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let partyID = try await change.session.partyID(row.partyCode, field: "advisory_body.party")
            try await change.session.insert(row, partyID: partyID, at: change.position)
            var response = CreateAdvisoryBodyResponse()
            response.advisoryBody = AdvisoryBody(try await change.session.advisoryBody(row.code))
            response.registerPosition = try change.append(.advisoryBodyCreated(response.advisoryBody))
            return response
        }
    }

    public func updateAdvisoryBody(
        _ request: UpdateAdvisoryBodyRequest, _ call: ServerCall
    ) async throws -> UpdateAdvisoryBodyResponse {
        let principal = try await backend.authorise(call, as: .coordinators)
        var checks = FieldChecks()
        let code = checks.id(request.advisoryBody.name, in: "advisoryBodies", field: "advisory_body.name")
        let row = AdvisoryBodyRow(request.advisoryBody, code: code ?? "", &checks)
        try checks.finish()
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let former = try await change.session.advisoryBody(row.code)
            try Etag.require(
                request.advisoryBody.etag, position: former.changedAt, "advisory body", request.advisoryBody.name)
            guard row.partyCode == former.partyCode else {
                throw Failure.invalid("advisory_body.party", "cannot be changed; end this body and create another one")
            }
            try await change.session.update(row, at: change.position)
            var response = UpdateAdvisoryBodyResponse()
            response.advisoryBody = AdvisoryBody(try await change.session.advisoryBody(row.code))
            response.registerPosition = try change.append(.advisoryBodyChanged(response.advisoryBody))
            return response
        }
    }

    public func listAdvisoryBodies(
        _ request: ListAdvisoryBodiesRequest, _ call: ServerCall
    ) async throws -> ListAdvisoryBodiesResponse {
        let principal = try await backend.authorise(call)
        var checks = FieldChecks()
        let land = checks.optional(Land.self, request.land, field: "land")
        let topic = checks.optional(ResourceID.self, request.topic, field: "topic")
        try checks.finish()
        let rows = try await backend.store.reader(principal).advisoryBodies().filter { row in
            (land == nil || row.lands.isEmpty || row.lands.contains(land!.text))
                && (topic == nil || row.topics.isEmpty || row.topics.contains(topic!.text))
        }
        var response = ListAdvisoryBodiesResponse()
        let (shown, next) = try ListPage(request, call, principal).cut(whole: rows) { $0.code }
        response.nextPageToken = next
        response.advisoryBodies = shown.map(AdvisoryBody.init)
        return response
    }
}

extension Set<PrincipalRole> {
    /// Those who keep the list of advisory bodies and assign requests.
    static let coordinators: Set<PrincipalRole> = [.coordinationOffice, .operator]
}

extension AdvisoryBodyRow {
    fileprivate init(_ body: AdvisoryBody, code: String, _ checks: inout FieldChecks) {
        let party = checks.id(body.party, in: "parties", field: "advisory_body.party")
        checks.text(body.displayName, field: "advisory_body.display_name", length: 1...200)
        checks.names(body.lands, field: "advisory_body.lands", count: 0...16, length: 2...2)
        for (index, land) in body.lands.enumerated() where !land.isEmpty {
            _ = checks.value(Land.self, land, field: "advisory_body.lands[\(index)]")
        }
        checks.ids(body.topics, field: "advisory_body.topics", count: 0...50)
        self.init(
            code: code, partyCode: party ?? "", displayName: body.displayName, lands: body.lands.sorted(),
            topics: body.topics.sorted(), hasEnded: body.ended)
    }

    var competence: AdvisoryCompetence { AdvisoryCompetence(lands: lands, topics: topics) }
}

extension AdvisoryBody {
    init(_ row: AdvisoryBodyRow) {
        self.init()
        name = "advisoryBodies/" + row.code
        party = "parties/" + row.partyCode
        displayName = row.displayName
        lands = row.lands
        topics = row.topics
        ended = row.hasEnded
        etag = Etag.text(row.changedAt)
    }
}
