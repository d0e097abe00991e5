public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

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
        checks.enumeration(request.decision.rule, field: "decision.rule")
        if request.decision.change == nil { checks.missing("decision.change") }
        try checks.finish()
        let caller = try await backend.participant(call, in: consortium!, as: .actors)
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            var proposed = request.decision
            proposed.state = .unspecified
            let joint = try proposed.jointChange
            try await joint.check(context, proposed)
            let head = try await session.head(of: caller.consortium)
            var change = Decision()
            change.change = request.decision.change
            try await session.openDecision(
                code!, in: caller.consortium, rule: Int16(request.decision.rule.rawValue),
                change: change.serializedBytes(), state: Int16(API.DecisionState.open.rawValue),
                recordedFrom: head.nextPosition)
            let name = "\(caller.name)/decisions/\(code!)"
            let row = try await session.decision(code!, in: caller.consortium, name: name)
            var response = OpenDecisionResponse()
            response.decision = try Decision(row, consortium: caller.name)
            response.registerPosition = try head.append(
                .decisionOpened(response.decision), to: caller.name, by: caller.principal, for: stamp)
            try await joint.opened(context)
            return response
        }
    }

    public func castVote(_ request: CastVoteRequest, _ call: ServerCall) async throws -> CastVoteResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.name, in: ["consortia", "decisions"], field: "name")
        checks.enumeration(request.ballot, field: "ballot")
        try checks.finish()
        // The coordination office runs ballots but cannot vote for a party.
        let caller = try await backend.participant(call, in: ids![0], as: [.municipality])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            // The head comes first: two votes at once are counted one after the other.
            let head = try await session.head(of: caller.consortium)
            let before = try await session.decision(ids![1], in: caller.consortium, name: request.name)
            try VoteRules.check(before, voter: caller.principal.partyCode, name: request.name)
            let position = head.nextPosition
            try await session.castVote(
                Int16(request.ballot.rawValue), on: ids![1], in: caller.consortium, at: position)
            var row = try await session.decision(ids![1], in: caller.consortium, name: request.name)
            row.state = Int16(try VoteRules.state(row).rawValue)
            var response = CastVoteResponse()
            response.decision = try Decision(row, consortium: caller.name)
            response.registerPosition = try head.append(
                .voteCast(VoteCast(request, voter: caller.principal.partyCode, state: response.decision.state)),
                to: caller.name, by: caller.principal, for: stamp)
            if response.decision.state != .open {
                try await session.closeDecision(ids![1], in: caller.consortium, state: row.state, at: position)
                let context = ChangeContext(session: session, caller: caller, stamp: stamp)
                let joint = try response.decision.jointChange
                if response.decision.state == .passed {
                    try await joint.enact(context)
                } else {
                    try await joint.undo(context)
                }
            }
            return response
        }
    }

    public func getDecision(_ request: GetDecisionRequest, _ call: ServerCall) async throws -> GetDecisionResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "decisions"], field: "name")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        var response = GetDecisionResponse()
        response.decision = try Decision(
            try await reader.decision(ids[1], in: caller.consortium, name: request.name), consortium: caller.name)
        return response
    }

    public func listDecisions(_ request: ListDecisionsRequest, _ call: ServerCall) async throws -> ListDecisionsResponse
    {
        let code = try ResourceName.id(request.parent, in: "consortia", field: "parent")
        let caller = try await backend.participant(call, in: code)
        let rows = try await backend.store.reader(caller.principal).decisions(in: caller.consortium)
        var response = ListDecisionsResponse()
        response.decisions = try rows.map { try Decision($0, consortium: caller.name) }
        return response
    }
}
