public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

/// Settlements of periods.
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
        try checks.finish()
        let caller = try await backend.participant(call, in: consortium!, as: [.coordinationOffice])
        try caller.require(agreement![0], field: "agreement")
        let task = SettlementTask(
            caller: caller, code: code!, agreement: agreement![1], agreementName: request.agreement, period: period!)
        if request.validateOnly {
            var response = CalculateSettlementResponse()
            response.settlement = try await task.calculate(with: backend.store.reportReader(caller.principal)).message
            return response
        }
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            // Under the register's lock: nothing is booked or reported between what is read and what is stored.
            let head = try await session.head(of: caller.consortium)
            let result = try await task.calculate(with: session)
            var stored = result.message
            stored.lines = []
            try await session.insertSettlement(
                code!, head: stored.serializedBytes(), lines: result.rows,
                state: Int16(API.SettlementState.calculated.rawValue), in: caller.consortium,
                recordedFrom: head.nextPosition)
            var response = CalculateSettlementResponse()
            response.settlement = result.message
            response.registerPosition = try head.append(
                .settlementCalculated(result.message), to: caller.name, by: caller.principal, for: stamp)
            response.settlement.etag = Etag.text(response.registerPosition)
            return response
        }
    }

    public func getSettlement(_ request: GetSettlementRequest, _ call: ServerCall) async throws -> GetSettlementResponse
    {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "settlements"], field: "name")
        let caller = try await backend.participant(call, in: ids[0])
        let row = try await backend.store.reader(caller.principal).settlement(
            ids[1], in: caller.consortium, name: request.name)
        var response = GetSettlementResponse()
        response.settlement = try Settlement(row)
        return response
    }
}
