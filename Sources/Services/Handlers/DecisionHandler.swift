public import API
internal import Domain
public import GRPC
internal import Store

/// Ballots and what they enact.
public struct DecisionHandler: DecisionServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func openDecision(_ request: OpenDecisionRequest, _ call: ServerCall) async throws -> OpenDecisionResponse {
        var checks = FieldChecks()
        let consortium = checks.id(request.parent, in: "consortia", field: "parent")
        let code = checks.resourceID(request.decisionID, field: "decision_id")
        if request.decision.change == nil { checks.missing("decision.change") }
        try checks.finish()
        let caller = try await backend.participant(call, in: consortium!, as: .actors)
        return try await backend.change(
            call, request, id: request.requestID, as: caller.principal, validateOnly: request.validateOnly
        ) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            // The head comes first: what is frozen stays as it is until the ballot is open.
            if !request.validateOnly { _ = try await context.nextPosition() }
            let opening = BallotOpening(context: context, decision: request.decision, code: code!)
            let (row, effects) = try await opening.prepare()
            var response = OpenDecisionResponse()
            response.effects = effects.map(Effect.init)
            if request.validateOnly {
                response.decision = try Decision(row, consortium: caller.name)
            } else {
                (response.decision, response.registerPosition) = try await opening.open(row)
            }
            return response
        }
    }

    public func castVote(_ request: CastVoteRequest, _ call: ServerCall) async throws -> CastVoteResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.name, in: ["consortia", "decisions"], field: "name")
        checks.enumeration(request.ballot, field: "ballot")
        try checks.finish()
        // The coordination office runs ballots but cannot vote for a party, whatever it is mandated with.
        let caller = try await backend.participant(call, in: ids![0], as: [.municipality])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            // The head comes first: two votes at once are counted one after the other.
            let position = try await context.nextPosition()
            let before = try await session.decision(ids![1], in: caller.consortium, name: request.name)
            try before.require(voter: caller.principal.partyCode, today: context.today, name: request.name)
            try await session.castVote(
                Int16(request.ballot.rawValue), on: ids![1], in: caller.consortium, at: position)
            let closing = BallotClosing(context: context)
            let row = try await closing.count(
                session.decision(ids![1], in: caller.consortium, name: request.name), isClosed: false)
            var response = CastVoteResponse()
            response.decision = try Decision(row, consortium: caller.name)
            response.registerPosition = try await context.append(
                .voteCast(VoteCast(request, voter: caller.principal.partyCode, state: response.decision.state)))
            if response.decision.state != .open { try await closing.close(row, at: position) }
            return response
        }
    }

    public func withdrawDecision(
        _ request: WithdrawDecisionRequest, _ call: ServerCall
    ) async throws -> WithdrawDecisionResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "decisions"], field: "name")
        let caller = try await backend.participant(call, in: ids[0], as: .actors)
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            _ = try await context.nextPosition()
            var row = try await session.decision(ids[1], in: caller.consortium, name: request.name)
            guard caller.principal.role == .coordinationOffice || row.proposer == caller.principal.partyCode else {
                throw Failure(
                    .permissionDenied,
                    "party \(row.proposer) opened the decision; it or the coordination office may withdraw it"
                ).about("decision", request.name)
            }
            var state = try Domain.DecisionState(number: row.state)
            try state.transition(to: .withdrawn)
            row.state = Int16(API.DecisionState(state).rawValue)
            row.note = "withdrawn by \(caller.principal.partyCode)"
            var response = WithdrawDecisionResponse()
            (response.decision, response.registerPosition) = try await BallotClosing(context: context)
                .closeByItself(row)
            return response
        }
    }

    public func previewDecision(
        _ request: PreviewDecisionRequest, _ call: ServerCall
    ) async throws -> PreviewDecisionResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "decisions"], field: "name")
        let caller = try await backend.participant(call, in: ids[0])
        return try await backend.change(
            call, request, id: "", as: caller.principal, validateOnly: true
        ) { session, stamp in
            let row = try await session.decision(ids[1], in: caller.consortium, name: request.name)
            try Domain.DecisionState(number: row.state).require(.open, to: "preview it")
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            let decision = try Decision(row, consortium: caller.name)
            try await decision.joint.change.check(context, decision)
            var response = PreviewDecisionResponse()
            response.effects = try await decision.joint.change.preview(context).map(Effect.init)
            return response
        }
    }

    public func getDecision(_ request: GetDecisionRequest, _ call: ServerCall) async throws -> GetDecisionResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "decisions"], field: "name")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let row = try await reader.decision(ids[1], in: caller.consortium, knownAt: state.size, name: request.name)
        var response = GetDecisionResponse()
        response.decision = try Decision(row, consortium: caller.name)
        response.asOf = state.message
        return response
    }

    public func listDecisions(_ request: ListDecisionsRequest, _ call: ServerCall) async throws -> ListDecisionsResponse
    {
        let code = try ResourceName.id(request.parent, in: "consortia", field: "parent")
        let caller = try await backend.participant(call, in: code)
        let page = try ListPage(request, call, caller.principal)
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let rows = try await reader.decisions(
            in: caller.consortium, knownAt: state.size, after: try page.number() ?? -1, limit: page.limit)
        var response = ListDecisionsResponse()
        response.asOf = state.message
        let (shown, next) = page.cut(rows) { [String($0.openedAt)] }
        response.nextPageToken = next
        response.decisions = try shown.map { try Decision($0, consortium: caller.name) }
        return response
    }
}
