public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

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
            for (index, member) in request.consortium.members.enumerated() {
                let code = try ResourceName.id(member.party, in: "parties", field: "consortium.members[\(index)].party")
                guard ids[code] == nil else { continue }
                throw Failure.invalid(
                    "consortium.members[\(index)].party", "names party \(code), which is not registered",
                    reason: .unknownParty)
            }
            let id = try await session.insert(row, memberIDs: ids)
            let head = try await session.head(of: id)
            var response = CreateConsortiumResponse()
            response.consortium = try Consortium(row)
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
        response.consortium = try Consortium(
            await reader.consortium(caller.consortium, on: state.day, knownAt: state.size, name: request.name))
        response.asOf = state.message
        return response
    }

    public func listConsortia(_ request: ListConsortiaRequest, _ call: ServerCall) async throws -> ListConsortiaResponse
    {
        let principal = try await backend.authorise(call)
        let page = try ListPage(request, call, principal)
        let rows = try await backend.store.reader(principal).consortia(
            on: Clock.today(), after: try page.place(count: 1)?[0] ?? "", limit: page.limit)
        var response = ListConsortiaResponse()
        let (shown, next) = page.cut(rows) { [$0.code] }
        response.nextPageToken = next
        response.consortia = try shown.map { try Consortium($0) }
        return response
    }

    public func recordApproval(
        _ request: RecordApprovalRequest, _ call: ServerCall
    ) async throws -> RecordApprovalResponse {
        var checks = FieldChecks()
        let code = checks.id(request.name, in: "consortia", field: "name")
        checks.approval(request.approval, isSet: request.hasApproval, field: "approval")
        try checks.finish()
        let caller = try await backend.participant(call, in: code!, as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            _ = try await context.nextPosition()
            let waiting = try await context.consortium()
            try waiting.state.require(.awaitingApproval, to: "record the authority's approval")
            var (next, members) = (waiting, [MemberRow]())
            if request.approval.granted {
                (next, members) = try waiting.begun(today: context.today) { $0.approval = request.approval }
            } else {
                next = try waiting.moved(to: .forming) { $0.approval = request.approval }
            }
            var response = RecordApprovalResponse()
            (response.consortium, response.registerPosition) = try await context.record(next, members: members) {
                .consortiumApprovalRecorded($0)
            }
            return response
        }
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
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            let partyID = try await session.partyID(auditor!, field: "party")
            let position = try await context.nextPosition()
            let consortium = try await context.consortium()
            let isPrepared = [.forming, .awaitingApproval].contains(try consortium.state)
            try context.requireOfficeMay(
                try isPrepared || consortium.charter().officeAppointsAuditors, "appoint an auditor")
            try await session.appointAuditor(partyID, to: caller.consortium, on: days!, recordedFrom: position)
            var change = AuditorAppointed()
            change.party = request.party
            change.valid = API.DateRange(days!)
            var response = AppointAuditorResponse()
            response.registerPosition = try await context.append(.auditorAppointed(change))
            return response
        }
    }

    public func completeLiquidation(
        _ request: CompleteLiquidationRequest, _ call: ServerCall
    ) async throws -> CompleteLiquidationResponse {
        let code = try ResourceName.id(request.name, in: "consortia", field: "name")
        let caller = try await backend.participant(call, in: code, as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            _ = try await context.nextPosition()
            let consortium = try await context.consortium()
            let dissolved = try consortium.moved(to: .dissolved) { terms in
                if request.hasApproval { terms.approval = request.approval }
            }
            if consortium.needsApproval {
                var checks = FieldChecks()
                checks.approval(request.approval, isSet: request.hasApproval, field: "approval")
                checks.require(
                    !request.hasApproval || request.approval.granted, "approval.granted",
                    "must be true to end the liquidation")
                try checks.finish()
            }
            let unsettled = try await session.memberships(in: caller.consortium, knownAt: .max)
                .filter { try [.active, .noticeGiven, .ended].contains($0.domainState()) }
            guard unsettled.isEmpty else {
                let codes = unsettled.prefix(5).map(\.partyCode).joined(separator: ", ")
                let state = try consortium.state.rawValue
                throw Failure(
                    .invalidState,
                    "the consortium is \(state); to become DISSOLVED every membership must be SETTLED, and "
                        + "\(unsettled.count) are not: \(codes)"
                ).with("state", state).about("consortium", request.name)
            }
            var response = CompleteLiquidationResponse()
            (response.consortium, response.registerPosition) = try await context.record(dissolved) {
                .consortiumDissolved($0)
            }
            return response
        }
    }
}

extension FieldChecks {
    /// What a supervisory authority said.
    fileprivate mutating func approval(_ approval: Approval, isSet: Bool, field: String) {
        guard isSet else { return missing(field) }
        text(approval.reference, field: field + ".reference", length: 1...200)
        let day = date(approval.date, isSet: approval.hasDate, field: field + ".date")
        require(day.map { $0 <= Clock.today() } ?? true, field + ".date", "must not lie in the future")
        digest(approval.documentSha256, field: field + ".document_sha256", mayBeEmpty: true)
    }
}
