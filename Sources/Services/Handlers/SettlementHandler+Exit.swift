public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

/// The settlement with a party that leaves.
extension SettlementHandler {
    /// More than any exit has.
    private static let maximumObligations = 100

    public func calculateExitSettlement(
        _ request: CalculateExitSettlementRequest, _ call: ServerCall
    ) async throws -> CalculateExitSettlementResponse {
        var checks = FieldChecks()
        let consortium = checks.id(request.parent, in: "consortia", field: "parent")
        let code = checks.resourceID(request.settlementID, field: "settlement_id")
        let party = checks.id(request.party, in: "parties", field: "party")
        let agreement = checks.ids(request.agreement, in: ["consortia", "agreements"], field: "agreement")
        checks.require(
            request.obligations.count <= Self.maximumObligations, "obligations",
            "must be at most \(Self.maximumObligations)")
        try checks.finish()
        let caller = try await backend.participant(call, in: consortium!, as: [.coordinationOffice])
        try caller.require(agreement![0], field: "agreement")
        func task(_ reader: some Reader) async throws -> SettlementTask {
            let currency = try await reader.consortium(caller.consortium, name: caller.name).currency
            try request.requireSums(in: currency)
            let name = "\(caller.name)/memberships/\(party!)"
            let period = try await reader.lastDay(ofMembership: party!, in: caller.consortium, name: name)
            try await reader.requireUnsettledExit(name, period, in: caller.consortium)
            var exit = ExitStatement()
            exit.membership = name
            if request.hasNetAssets { exit.netAssets = request.netAssets }
            exit.obligations = request.obligations
            return SettlementTask(
                caller: caller, code: code!, agreement: agreement![1], period: period, kind: .exit, exit: exit)
        }
        var response = CalculateExitSettlementResponse()
        if request.validateOnly {
            let reader = backend.store.reportReader(caller.principal)
            response.settlement = try await task(reader).calculate(with: reader).message
            return response
        }
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let head = try await session.head(of: caller.consortium)
            var response = CalculateExitSettlementResponse()
            response.registerPosition = head.nextPosition
            response.settlement = try await store(task(session), head, session, stamp)
            return response
        }
    }
}

extension CalculateExitSettlementRequest {
    fileprivate func requireSums(in currency: String) throws {
        var checks = FieldChecks()
        if hasNetAssets {
            checks.require(netAssets.currency == currency, "net_assets.currency", "must be \(currency)")
        }
        for (index, obligation) in obligations.enumerated() {
            let path = "obligations[\(index)]"
            checks.text(obligation.description_p, field: path + ".description", length: 1...200)
            checks.sum(obligation.amount, currency: currency, field: path + ".amount")
        }
        try checks.finish()
    }
}

extension Reader {
    /// The last day of a party's newest membership. Throws INVALID_STATE where it has no end yet or is settled.
    fileprivate func lastDay(
        ofMembership party: String, in consortium: Int32, name: String
    ) async throws -> Domain.DateRange {
        let member = try await membership(of: party, in: consortium, name: name)
        try member.domainState().require(.noticeGiven, .ended, to: "settle the exit")
        guard let end = member.validUntil, let last = end.adding(days: -1) else {
            throw Failure(.invalidState, "the membership has no end yet; give notice first").about("membership", name)
        }
        return try Domain.DateRange(last, end, field: "membership")
    }

    /// The settlements of an exit, in the order they were calculated.
    func exitSettlements(
        of membership: String, endingWith period: Domain.DateRange, in consortium: Int32
    ) async throws -> [SettlementRow] {
        try await settlements(in: consortium, overlapping: period.start, period.end ?? period.start).filter { row in
            guard row.kind == Int16(SettlementKind.exit.rawValue) else { return false }
            return try Settlement(serializedBytes: row.head).exit.membership == membership
        }
    }

    /// An exit is settled once.
    func requireUnsettledExit(
        _ membership: String, _ period: Domain.DateRange, in consortium: Int32
    ) async throws {
        let rows = try await exitSettlements(of: membership, endingWith: period, in: consortium)
        guard let issued = rows.first(where: { $0.state == Int16(API.SettlementState.issued.rawValue) }) else { return }
        throw Failure(.invalidState, "the exit was settled by \(issued.code), which has been issued")
            .about("membership", membership)
    }
}
