import API
import Foundation
import GRPC
import SwiftProtobuf

/// The way from costs to documents, call by call, as the coordination office and the members would make them.
struct Settling {
    static let remedy = "Gegen diesen Bescheid kann innerhalb eines Monats Klage erhoben werden."

    let house: House

    var office: SettlementServiceClient { get throws { SettlementServiceClient(try house.client(.office)) } }

    /// A hundred cases each, 100,000.00 of cost, and 2012 closed.
    func closeYear(net: Int64 = 10_000_000) async throws {
        for person in Person.members {
            _ = try await ingest([.batch(person, quantities: [100])], as: person, in: house)
        }
        _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("hosting", net: net))
        try await close(2012)
    }

    func close(_ year: Int32) async throws {
        let periods = PeriodServiceClient(try house.client(.office))
        let period = try await periods.createPeriod(.year(year)).period
        _ = try await periods.closePeriod(.closing(period))
    }

    func approve(_ settlement: Settlement) async throws -> Settlement {
        try await Founding(house: house).decide("approve-" + id(settlement)) {
            $0.approveSettlement.settlement = settlement.name
            $0.approveSettlement.etag = settlement.etag
        }
        return try await office.getSettlement(.with { $0.name = settlement.name }).settlement
    }

    func calculated(_ id: String, year: Int32 = 2012) async throws -> Settlement {
        try await office.calculateSettlement(.settlement(id, year: year)).settlement
    }

    func corrected(_ settlement: Settlement, as id: String) async throws -> Settlement {
        try await office.correctSettlement(
            .with {
                $0.name = settlement.name
                $0.settlementID = id
                $0.requestID = .newRequest
            }
        ).settlement
    }

    /// Approved and issued.
    @discardableResult
    func issued(_ settlement: Settlement) async throws -> [Document] {
        try await office.issueSettlement(.issuing(try await approve(settlement))).documents
    }

    func recompute(_ settlement: Settlement) async throws -> RecomputeSettlementResponse {
        try await SettlementServiceClient(try house.client(.auditor)).recomputeSettlement(
            .with { $0.name = settlement.name })
    }

    func documents(of person: Person) async throws -> [Document] {
        try await SettlementServiceClient(try house.client(person)).listDocuments(
            .with { $0.parent = Founding.consortium }
        ).documents
    }

    func reopen(_ year: Int32, _ id: String) async throws {
        try await Founding(house: house).decide(id) {
            $0.reopenPeriod.period = Founding.consortium + "/periods/y\(year)"
        }
    }

    private func id(_ settlement: Settlement) -> String {
        String(settlement.name.split(separator: "/").last ?? "")
    }
}

extension IssueSettlementRequest {
    static func issuing(_ settlement: Settlement) -> IssueSettlementRequest {
        .with {
            $0.name = settlement.name
            $0.etag = settlement.etag
            $0.issueDate = .day(2013, 3, 1)
            $0.dueDates = [.day(2013, 4, 15)]
            $0.legalRemedyNotice = Settling.remedy
            $0.requestID = .newRequest
        }
    }
}
