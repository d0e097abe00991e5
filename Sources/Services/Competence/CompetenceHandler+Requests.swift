public import API
internal import Domain
public import GRPC
internal import Register
internal import Store
internal import SwiftProtobuf

/// Requests for advice, from the question to the rating.
extension CompetenceHandler {
    public func submitAdvisoryRequest(
        _ request: SubmitAdvisoryRequestRequest, _ call: ServerCall
    ) async throws -> SubmitAdvisoryRequestResponse {
        let principal = try await backend.seeker(call)
        var checks = FieldChecks()
        let code = checks.resourceID(request.advisoryRequestID, field: "advisory_request_id")
        _ = checks.value(ResourceID.self, request.topic, field: "topic")
        checks.text(request.question, field: "question", length: 1...5000)
        let chosen =
            request.advisoryBody.isEmpty
            ? nil : checks.id(request.advisoryBody, in: "advisoryBodies", field: "advisory_body")
        try checks.finish()
        let party = try principal.party(request.party, field: "party")
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let body = try await change.session.competentBody(for: party.code, topic: request.topic, chosen: chosen)
            let state: Domain.AdvisoryRequestState = body == nil ? .submitted : .assigned
            let question = SaltedText.new(request.question)
            try await change.session.insertAdvisoryRequest(
                code!, of: party.id, topic: request.topic, state: state.stored, body: body, question: question.kept,
                at: change.position)
            var response = SubmitAdvisoryRequestResponse()
            (response.advisoryRequest, response.registerPosition) = try await change.recordAdvice(
                code!, text: question.digest)
            return response
        }
    }

    public func assignAdvisoryRequest(
        _ request: AssignAdvisoryRequestRequest, _ call: ServerCall
    ) async throws -> AssignAdvisoryRequestResponse {
        let principal = try await backend.authorise(call, as: .coordinators)
        let body = try ResourceName.id(request.advisoryBody, in: "advisoryBodies", field: "advisory_body")
        let step = try AdviceStep(name: request.name, etag: request.etag, next: .assigned, by: .anybody, body: body)
        return try await take(step, call, request, id: request.requestID, as: principal)
    }

    public func startAdvisoryRequest(
        _ request: StartAdvisoryRequestRequest, _ call: ServerCall
    ) async throws -> StartAdvisoryRequestResponse {
        let principal = try await backend.authorise(call, as: .publishers)
        let step = try AdviceStep(name: request.name, etag: request.etag, next: .inProgress, by: .body)
        return try await take(step, call, request, id: request.requestID, as: principal)
    }

    public func handOverAdvisoryRequest(
        _ request: HandOverAdvisoryRequestRequest, _ call: ServerCall
    ) async throws -> HandOverAdvisoryRequestResponse {
        let principal = try await backend.authorise(call, as: .publishers)
        var checks = FieldChecks()
        let body = checks.id(request.advisoryBody, in: "advisoryBodies", field: "advisory_body")
        checks.text(request.explanation, field: "explanation", length: 1...5000)
        try checks.finish()
        let step = try AdviceStep(
            name: request.name, etag: request.etag, next: .handedOver, by: .body, body: body, text: request.explanation)
        return try await take(step, call, request, id: request.requestID, as: principal)
    }

    public func answerAdvisoryRequest(
        _ request: AnswerAdvisoryRequestRequest, _ call: ServerCall
    ) async throws -> AnswerAdvisoryRequestResponse {
        let principal = try await backend.authorise(call, as: .publishers)
        var checks = FieldChecks()
        checks.text(request.answer, field: "answer", length: 1...20_000)
        try checks.finish()
        let step = try AdviceStep(
            name: request.name, etag: request.etag, next: .answered, by: .body, text: request.answer)
        return try await take(step, call, request, id: request.requestID, as: principal)
    }

    public func closeAdvisoryRequest(
        _ request: CloseAdvisoryRequestRequest, _ call: ServerCall
    ) async throws -> CloseAdvisoryRequestResponse {
        let principal = try await backend.seeker(call)
        var checks = FieldChecks()
        checks.require((0...5).contains(request.rating), "rating", "must be between 1 and 5, or 0 for none")
        checks.text(request.comment, field: "comment", length: 0...5000)
        try checks.finish()
        let step = try AdviceStep(
            name: request.name, etag: request.etag, next: .closed, by: .asker, rating: Int16(request.rating),
            text: request.comment)
        return try await take(step, call, request, id: request.requestID, as: principal)
    }

    public func withdrawAdvisoryRequest(
        _ request: WithdrawAdvisoryRequestRequest, _ call: ServerCall
    ) async throws -> WithdrawAdvisoryRequestResponse {
        let principal = try await backend.seeker(call)
        let step = try AdviceStep(name: request.name, etag: request.etag, next: .withdrawn, by: .asker)
        return try await take(step, call, request, id: request.requestID, as: principal)
    }

    /// Takes a request one step further.
    private func take<Request: Message, Response: AdviceResponse>(
        _ step: AdviceStep, _ call: ServerCall, _ request: Request, id: String, as principal: Principal
    ) async throws -> Response {
        try await backend.platformChange(call, request, id: id, as: principal) { change in
            var response = Response()
            (response.advisoryRequest, response.registerPosition) = try await change.take(step)
            return response
        }
    }

    public func getAdvisoryRequest(
        _ request: GetAdvisoryRequestRequest, _ call: ServerCall
    ) async throws -> GetAdvisoryRequestResponse {
        let principal = try await backend.authorise(call).under(.seekSolutions, on: Clock.today())
        let code = try ResourceName.id(request.name, in: "advisoryRequests", field: "name")
        var response = GetAdvisoryRequestResponse()
        response.advisoryRequest = try await backend.store.reader(principal).wholeAdvisoryRequest(code)
        return response
    }

    public func listAdvisoryRequests(
        _ request: ListAdvisoryRequestsRequest, _ call: ServerCall
    ) async throws -> ListAdvisoryRequestsResponse {
        let principal = try await backend.authorise(call).under(.seekSolutions, on: Clock.today())
        let size = try Limits.pageSize(request.pageSize)
        var checks = FieldChecks()
        if request.state != .unspecified { checks.enumeration(request.state, field: "state") }
        try checks.finish()
        var asked = request
        (asked.pageSize, asked.pageToken) = (0, "")
        let token = try PageToken(asked, method: call.method.path, principal: principal)
        let last = try token.numbers(request.pageToken, count: 1).map { Int32(clamping: $0[0]) } ?? .max
        let rows = try await backend.store.reader(principal).advisoryRequests(
            state: Int16(request.state.rawValue), before: last, limit: size + 1)
        var response = ListAdvisoryRequestsResponse()
        response.advisoryRequests = rows.prefix(size).map(AdvisoryRequest.init)
        if rows.count > size { response.nextPageToken = token.text(["\(rows[size - 1].id)"]) }
        return response
    }
}

/// The answers to the steps of a request.
private protocol AdviceResponse: Message, Sendable {
    var advisoryRequest: AdvisoryRequest { get set }
    var registerPosition: Int64 { get set }
}

extension AssignAdvisoryRequestResponse: AdviceResponse {}
extension StartAdvisoryRequestResponse: AdviceResponse {}
extension HandOverAdvisoryRequestResponse: AdviceResponse {}
extension AnswerAdvisoryRequestResponse: AdviceResponse {}
extension CloseAdvisoryRequestResponse: AdviceResponse {}
extension WithdrawAdvisoryRequestResponse: AdviceResponse {}

extension AdvisoryRequest {
    init(_ row: AdvisoryRequestRow) {
        self.init()
        name = "advisoryRequests/" + row.code
        party = "parties/" + row.partyCode
        actingParty = "parties/" + row.actingPartyCode
        topic = row.topic
        state = API.AdvisoryRequestState(rawValue: Int(row.state)) ?? .unspecified
        advisoryBody = row.bodyCode.map { "advisoryBodies/" + $0 } ?? ""
        rating = Int32(row.rating)
        etag = Etag.text(row.changedAt)
    }
}
