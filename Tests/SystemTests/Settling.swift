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

    /// Figures, usage and costs of a later year, and its closing.
    func closeYear(_ year: Int32, net: Int64) async throws {
        try await record(year - 1, [2600, 2400, 1700])
        for person in Person.members {
            _ = try await ingest(
                [.batch(person, first: Self.hours(before: year), quantities: [100])], as: person, in: house)
        }
        try await book("hosting-\(year)", year, net: net)
        try await close(year)
    }

    /// The members' inhabitants on the last day of a year.
    func record(_ year: Int32, _ inhabitants: [Int64]) async throws {
        for (person, value) in zip(Person.members, inhabitants) {
            _ = try await MunicipalityServiceClient(try house.client(person)).recordKeyFigure(
                .inhabitants(of: person, year: year, value: value))
        }
    }

    func book(_ id: String, _ year: Int32, net: Int64) async throws {
        var cost = CreateCostItemRequest.cost(id, net: net)
        cost.costItem.servicePeriod = .year(year)
        _ = try await CostServiceClient(try house.client(.office)).createCostItem(cost)
    }

    /// Hours from the beginning of 2012.
    static func hours(before year: Int32) -> Int64 {
        (2012..<year).reduce(0) { $0 + ($1 % 4 == 0 ? 366 : 365) * 24 }
    }

    /// Adopts a revision that is like the one in force but for a change.
    @discardableResult
    func adopt(
        _ id: String, from day: API.CivilDate, weights: (Int64, Int64, Int64) = (15, 60, 25),
        _ change: (inout AgreementRevision) -> Void
    ) async throws -> AgreementRevision {
        var request = CreateAgreementRevisionRequest.agreement(weights: weights)
        request.agreementRevision.valid.start = day
        change(&request.agreementRevision)
        let revision = try await AgreementServiceClient(try house.client(.office)).createAgreementRevision(request)
            .agreementRevision
        try await Founding(house: house).decide(id) {
            $0.adoptAgreementRevision.agreementRevision = revision.name
        }
        return revision
    }

    func explained(_ settlement: Settlement, to person: Person) async throws -> String {
        try await SettlementServiceClient(try house.client(person)).explainSettlementLine(
            .with {
                $0.name = settlement.name
                $0.party = person.party
            }
        ).paragraphs.joined(separator: "\n")
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
    func issued(
        _ settlement: Settlement, _ change: (inout IssueSettlementRequest) -> Void = { _ in }
    ) async throws -> [Document] {
        var request = IssueSettlementRequest.issuing(try await approve(settlement))
        change(&request)
        return try await office.issueSettlement(request).documents
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
