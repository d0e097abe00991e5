public import API
internal import Domain
public import GRPC
internal import Store

/// Accounting periods.
public struct PeriodHandler: PeriodServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func createPeriod(_ request: CreatePeriodRequest, _ call: ServerCall) async throws -> CreatePeriodResponse {
        let code = try ResourceName.id(request.parent, in: "consortia", field: "parent")
        var row = try PeriodRow(request)
        let caller = try await backend.participant(call, in: code, as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let head = try await session.head(of: caller.consortium)
            row.position = head.nextPosition
            try await session.insert(row, in: caller.consortium)
            var response = CreatePeriodResponse()
            response.period = Period(row, consortium: caller.name)
            try head.append(.periodCreated(response.period), to: caller.name, by: caller.principal, for: stamp)
            return response
        }
    }

    public func getPeriod(_ request: GetPeriodRequest, _ call: ServerCall) async throws -> GetPeriodResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "periods"], field: "name")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let row = try await reader.period(ids[1], in: caller.consortium, knownAt: state.size, name: request.name)
        var response = GetPeriodResponse()
        response.period = Period(row, consortium: caller.name)
        response.asOf = state.message
        return response
    }

    public func listPeriods(_ request: ListPeriodsRequest, _ call: ServerCall) async throws -> ListPeriodsResponse {
        let code = try ResourceName.id(request.parent, in: "consortia", field: "parent")
        let caller = try await backend.participant(call, in: code)
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let page = try ListPage(request, call, caller.principal)
        let last = try page.place(count: 1).map { try Domain.CivilDate($0[0], field: "page_token") }
        let rows = try await reader.periods(
            in: caller.consortium, knownAt: state.size, after: last, limit: page.limit)
        var response = ListPeriodsResponse()
        let (shown, next) = page.cut(rows) { [$0.start.description] }
        response.nextPageToken = next
        response.periods = shown.map { Period($0, consortium: caller.name) }
        response.asOf = state.message
        return response
    }

    public func closePeriod(_ request: ClosePeriodRequest, _ call: ServerCall) async throws -> ClosePeriodResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "periods"], field: "name")
        let caller = try await backend.participant(call, in: ids[0], as: [.coordinationOffice])
        if request.validateOnly {
            let reader = backend.store.reader(caller.principal)
            let row = try await closing(request, ids[1], caller, reader)
            return try await answer(row, caller, reader)
        }
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            // Under the register's lock: a batch of usage is either in the cut-off or comes too late, never both.
            let head = try await session.head(of: caller.consortium)
            var row = try await closing(request, ids[1], caller, session)
            row.closedSize = head.nextPosition
            row.position = head.nextPosition
            try await session.record(row, in: caller.consortium)
            let response = try await answer(row, caller, session)
            try head.append(.periodClosed(response.period), to: caller.name, by: caller.principal, for: stamp)
            return response
        }
    }

    /// The period as it will be. Throws ETAG_MISMATCH or INVALID_STATE.
    private func closing(
        _ request: ClosePeriodRequest, _ code: String, _ caller: Participant, _ reader: some Reader
    ) async throws -> PeriodRow {
        var row = try await reader.period(code, in: caller.consortium, name: request.name)
        try Etag.require(request.etag, position: row.position, "period", request.name)
        var state = try Domain.PeriodState(number: row.state)
        try state.transition(to: .closed)
        row.state = Int16(API.PeriodState(state).rawValue)
        return row
    }

    /// What a closing answers: the one place where it is said who has something open for the period.
    private func answer(
        _ row: PeriodRow, _ caller: Participant, _ reader: some Reader
    ) async throws -> ClosePeriodResponse {
        var response = ClosePeriodResponse()
        response.period = Period(row, consortium: caller.name)
        let members = try await reader.memberCodes(of: caller.consortium, from: row.start, until: row.end)
        for application in try await reader.applications(in: caller.consortium) {
            guard try await !reader.metrics(of: application.id, in: caller.consortium).isEmpty else { continue }
            let filter = UsageFilter(
                consortium: caller.consortium, application: application.id, from: row.start, until: row.end)
            // Rollups always tell of the present.
            guard let figures = try await reader.usageRollups(filter) else { continue }
            let name = "\(caller.name)/applications/\(application.code)"
            response.openUsageStatements += try await UsageStatements(application: name, filter: filter)
                .list(members, beside: figures, reader).filter { $0.verdict != .confirmed }
        }
        return response
    }
}
