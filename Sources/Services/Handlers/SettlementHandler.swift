public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

/// Settlements of periods: calculated, approved by a decision, issued, corrected.
public struct SettlementHandler: SettlementServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func calculateSettlement(
        _ request: CalculateSettlementRequest, _ call: ServerCall
    ) async throws -> CalculateSettlementResponse {
        var checks = FieldChecks()
        let consortium = checks.id(request.parent, in: "consortia", field: "parent")
        let code = checks.resourceID(request.settlementID, field: "settlement_id")
        let agreement = checks.ids(request.agreement, in: ["consortia", "agreements"], field: "agreement")
        let period = checks.range(request.period, isSet: request.hasPeriod, needsEnd: true, field: "period")
        if request.hasAdvance { checks.advance(request.advance, field: "advance") }
        try checks.finish()
        let caller = try await backend.participant(call, in: consortium!, as: [.coordinationOffice])
        try caller.require(agreement![0], field: "agreement")
        var task = SettlementTask(caller: caller, code: code!, agreement: agreement![1], period: period!)
        if request.hasAdvance { (task.kind, task.advance) = (.advance, request.advance) }
        let calculation = task
        if request.validateOnly {
            var response = CalculateSettlementResponse()
            let reader = backend.store.reportReader(caller.principal)
            response.settlement = try await calculation.calculate(with: reader).message
            return response
        }
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            // Under the register's lock: nothing is booked or reported between what is read and what is stored.
            let head = try await session.head(of: caller.consortium)
            var response = CalculateSettlementResponse()
            response.registerPosition = head.nextPosition
            response.settlement = try await store(calculation, head, session, stamp)
            return response
        }
    }

    /// Calculates and stores, and answers the settlement with its etag.
    func store(
        _ task: SettlementTask, _ head: RegisterHead, _ session: Session, _ stamp: RequestStamp
    ) async throws -> Settlement {
        let caller = task.caller
        var result = try await task.calculate(with: session)
        let position = head.nextPosition
        try await session.insert(task.row(result.message, at: position), lines: result.rows, in: caller.consortium)
        try head.append(.settlementCalculated(result.message), to: caller.name, by: caller.principal, for: stamp)
        result.message.etag = Etag.text(position)
        return result.message
    }

    public func correctSettlement(
        _ request: CorrectSettlementRequest, _ call: ServerCall
    ) async throws -> CorrectSettlementResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.name, in: ["consortia", "settlements"], field: "name")
        let code = checks.resourceID(request.settlementID, field: "settlement_id")
        try checks.finish()
        let caller = try await backend.participant(call, in: ids![0], as: [.coordinationOffice])
        func task(_ reader: some Reader) async throws -> SettlementTask {
            let row = try await reader.settlement(ids![1], in: caller.consortium, name: request.name)
            try row.require(etag: request.etag, name: request.name)
            try Domain.SettlementState(number: row.state).require(.issued, to: "correct it")
            let why: String? =
                switch SettlementKind(rawValue: Int(row.kind)) {
                case .advance: "is an advance; the final settlement makes it good"
                case .exit: "is of an exit, which is settled once"
                default: nil
                }
            if let why { throw Failure(.invalidState, "\(request.name) \(why)").about("settlement", request.name) }
            return SettlementTask(
                caller: caller, code: code!, agreement: row.agreement,
                period: try Domain.DateRange(row.start, row.end, field: "period"), kind: .correction,
                corrects: request.name)
        }
        var response = CorrectSettlementResponse()
        if request.validateOnly {
            let reader = backend.store.reportReader(caller.principal)
            response.settlement = try await task(reader).calculate(with: reader).message
            return response
        }
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let head = try await session.head(of: caller.consortium)
            var response = CorrectSettlementResponse()
            response.registerPosition = head.nextPosition
            response.settlement = try await store(task(session), head, session, stamp)
            return response
        }
    }

    public func getSettlement(_ request: GetSettlementRequest, _ call: ServerCall) async throws -> GetSettlementResponse
    {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "settlements"], field: "name")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        var response = GetSettlementResponse()
        response.settlement = try Settlement(
            try await reader.settlement(ids[1], in: caller.consortium, knownAt: state.size, name: request.name))
        response.settlement.lines = try await reader.settlementLines(of: ids[1], in: caller.consortium)
            .map { try SettlementLine(serializedBytes: $0) }
        response.asOf = state.message
        return response
    }

    public func listSettlements(
        _ request: ListSettlementsRequest, _ call: ServerCall
    ) async throws -> ListSettlementsResponse {
        let code = try ResourceName.id(request.parent, in: "consortia", field: "parent")
        let size = try Limits.pageSize(request.pageSize)
        let caller = try await backend.participant(call, in: code)
        var question = request
        (question.pageToken, question.pageSize) = ("", 0)
        let token = try PageToken(question, method: call.method.path, principal: caller.principal)
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let rows = try await reader.settlements(
            in: caller.consortium, after: try token.number(request.pageToken) ?? -1, knownAt: state.size,
            limit: size + 1)
        var response = ListSettlementsResponse()
        response.asOf = state.message
        response.settlements = try rows.prefix(size).map { try Settlement($0) }
        if rows.count > size { response.nextPageToken = token.text([String(rows[size - 1].calculatedAt)]) }
        return response
    }

    public func explainSettlementLine(
        _ request: ExplainSettlementLineRequest, _ call: ServerCall
    ) async throws -> ExplainSettlementLineResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.name, in: ["consortia", "settlements"], field: "name")
        _ = checks.id(request.party, in: "parties", field: "party")
        try checks.finish()
        let caller = try await backend.participant(call, in: ids![0])
        let reader = backend.store.reader(caller.principal)
        let row = try await reader.settlement(ids![1], in: caller.consortium, name: request.name)
        let explanation = try await SettlementExplanation(row, party: request.party, caller: caller, reader: reader)
        var response = ExplainSettlementLineResponse()
        response.paragraphs = try explanation.paragraphs
        response.lines = explanation.lines
        return response
    }

    public func recomputeSettlement(
        _ request: RecomputeSettlementRequest, _ call: ServerCall
    ) async throws -> RecomputeSettlementResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "settlements"], field: "name")
        // Whoever does not see every party's usage would come to other figures.
        let caller = try await backend.participant(call, in: ids[0], as: [.coordinationOffice, .auditor])
        return try await SettlementRecomputation(caller: caller, name: request.name)
            .run(ids[1], backend.store.reportReader(caller.principal))
    }
}

extension FieldChecks {
    /// What an advance is calculated from.
    fileprivate mutating func advance(_ advance: AdvanceBasis, field: String) {
        switch advance.basis {
        case .lastSettlement(let name):
            _ = ids(name, in: ["consortia", "settlements"], field: field + ".last_settlement")
        case .budget(let budget):
            if budget.pools.isEmpty { missing(field + ".budget.pools") }
            var seen: Set<Int> = []
            for (index, pool) in budget.pools.enumerated() {
                let path = "\(field).budget.pools[\(index)]"
                enumeration(pool.pool, field: path + ".pool")
                require(seen.insert(pool.pool.rawValue).inserted, path + ".pool", "is named twice")
                if !pool.hasNeed { missing(path + ".need") }
                require(pool.need.minorUnits >= 0, path + ".need.minor_units", "must not be negative")
            }
        case nil: missing(field + ".basis")
        }
    }
}
