import API
import Audit
import Foundation
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// The whole way from three municipalities to a settlement that adds up to the cent.
@Suite(.timeLimit(.minutes(5)))
struct MainJobTests {
    @Test func threeMunicipalitiesShareTheCostsOf2012() async throws {
        try await House.with(.bare) { house in
            let founding = Founding(house: house)
            try await founding.registerParties()
            try await founding.recordInhabitants()
            try await found(founding, house)
            try await own(founding, house)
            try await agree(founding, house)
            try await report(house)
            let booked = try await book(house)
            #expect(booked == 10_000_001)
            try await settle(house)
            try await seeOwnPartOnly(house)
        }
    }

    private func found(_ founding: Founding, _ house: House) async throws {
        let forming = try await founding.createConsortium()
        #expect(forming.state == .forming)
        #expect(forming.coordinationOffice == Person.office.party)
        #expect(forming.members.map(\.party) == Person.members.map(\.party))
        let decision = try await founding.decide("founding") {
            $0.foundConsortium = FoundConsortium()
        }
        #expect(decision.state == .passed)
        #expect(decision.votes.map(\.ballot) == [.yes, .yes, .yes])
        let consortia = ConsortiumServiceClient(try house.client(.itzgrund))
        let waiting = try await consortia.getConsortium(.with { $0.name = Founding.consortium }).consortium
        #expect(waiting.state == .awaitingApproval)
        #expect(waiting.members.map(\.state) == [.applied, .applied, .applied])
        try await founding.approve()
        let founded = try await consortia.getConsortium(.with { $0.name = Founding.consortium }).consortium
        #expect(founded.state == .active)
        #expect(founded.members.map(\.state) == [.active, .active, .active])
        #expect(founded.members.map(\.valid.start) == Array(repeating: .day(2012, 1, 1), count: 3))
    }

    private func own(_ founding: Founding, _ house: House) async throws {
        try await founding.createApplication()
        let decision = try await founding.decide("owners") {
            $0.setOwnership = Founding.shares((1, 2), (3, 10), (1, 5))
        }
        #expect(decision.state == .passed)
        let applications = ApplicationServiceClient(try house.client(.untermerzbach))
        let ownership = try await applications.getOwnership(.with { $0.application = Founding.application }).ownership
        #expect(ownership.shares.map(\.party) == Person.members.map(\.party))
        #expect(ownership.shares.map(\.share) == [.of(1, 2), .of(3, 10), .of(1, 5)])
        let releases = try await applications.listReleases(.with { $0.parent = Founding.application }).releases
        #expect(releases.map(\.version) == ["1.0.0"])
        // Before the decision, nobody owned it.
        let before = await refusal {
            _ = try await applications.getOwnership(
                .with {
                    $0.application = Founding.application
                    $0.asOf.registerSize = ownership.registerPosition
                })
        }
        #expect(before?.code == .notFound)
    }

    private func agree(_ founding: Founding, _ house: House) async throws {
        try await founding.createMetric()
        let draft = try await founding.draftAgreement()
        #expect(draft.state == .draft)
        #expect(draft.name == Founding.agreement + "/revisions/1")
        let decision = try await founding.decide("umlage") {
            $0.adoptAgreementRevision.agreementRevision = draft.name
        }
        // Two of three are enough; the third vote is not needed.
        #expect(decision.state == .passed)
        #expect(decision.votes.map(\.ballot) == [.yes, .yes, .unspecified])
        let stored = try await AgreementServiceClient(try house.client(.grossheirath)).getAgreementRevision(
            .with { $0.name = draft.name })
        #expect(stored.agreementRevision.state == .inForce)
        #expect(stored.agreementRevision.pools == draft.pools)
    }

    private func report(_ house: House) async throws {
        for (person, cases) in zip(Person.members, Figures.cases) {
            let receipts = try await ingest([.batch(person, quantities: split(cases))], as: person, in: house)
            #expect(receipts.map(\.recordCount) == [10])
        }
        let totals = try await usage(of: .office, in: house)
        #expect(totals.map(\.party) == Person.members.map(\.party))
        #expect(totals.map(\.quantity) == Figures.cases)
    }

    /// Ten records that add up to `total`.
    private func split(_ total: Int64) -> [Int64] {
        (0..<10).map { total / 10 + (Int64($0) < total % 10 ? 1 : 0) }
    }

    /// - Returns: what the pool bears: net and the tax that cannot be deducted, less revenue.
    private func book(_ house: House) async throws -> Int64 {
        let costs = CostServiceClient(try house.client(.office))
        _ = try await costs.createCostItem(.cost("hosting", net: 8_000_000, vat: 1_520_000))
        _ = try await costs.createCostItem(
            .cost("support", net: 1_000_001, vat: 190_000, deductible: .of(1, 1)))
        _ = try await costs.createCostItem(.cost("grant", net: 520_000, kind: .revenue))
        let items = try await costs.listCostItems(
            .with {
                $0.parent = Founding.consortium
                $0.period = .year(2012)
            }
        ).costItems
        #expect(items.count == 3)
        return (8_000_000 + 1_520_000) + 1_000_001 - 520_000
    }

    private func settle(_ house: House) async throws {
        let client = SettlementServiceClient(try house.client(.office))
        var request = CalculateSettlementRequest.settlement("y2012")
        request.validateOnly = true
        let preview = try await client.calculateSettlement(request)
        #expect(preview.registerPosition == 0)
        request.validateOnly = false
        request.requestID = .newRequest
        let response = try await client.calculateSettlement(request)
        let settlement = response.settlement
        #expect(settlement.lines == preview.settlement.lines)
        #expect(settlement.total == .euros(cents: 10_000_001))
        #expect(settlement.lines.map(\.amount.minorUnits).reduce(0, +) == 10_000_001)
        #expect(settlement.lines.map(\.party) == Person.members.map(\.party))
        #expect(settlement.lines.map(\.amount) == Figures.lines.map { .euros(cents: $0) })
        #expect(Figures.lines == Figures.byTheRules(amount: 10_000_001))
        for (line, person) in zip(settlement.lines, Person.members) {
            #expect(line.components.map(\.amount.minorUnits).reduce(0, +) == line.amount.minorUnits)
            #expect(line.components.map(\.weight) == [.of(3, 20), .of(3, 5), .of(1, 4)])
            #expect(line.components[1].quantity == person.inhabitants)
            #expect(line.components[1].ratio == .of(person.inhabitants ?? 0, 6645))
            #expect(!line.explanation.isEmpty)
        }
        #expect(settlement.lines.map { $0.components[2].quantity } == Figures.cases)
        let again = try await client.calculateSettlement(request)
        #expect(again == response)
        let read = try await client.getSettlement(.with { $0.name = Founding.consortium + "/settlements/y2012" })
        #expect(read.settlement == settlement)
    }

    private func seeOwnPartOnly(_ house: House) async throws {
        for person in Person.members {
            let totals = try await usage(of: person, in: house)
            #expect(totals.map(\.party) == [person.party])
            let settlement = try await SettlementServiceClient(try house.client(person)).getSettlement(
                .with { $0.name = Founding.consortium + "/settlements/y2012" })
            #expect(settlement.settlement.lines.map(\.party) == [person.party])
            #expect(settlement.settlement.total == .euros(cents: 10_000_001))
        }
    }
}

/// What the settlement of 2012 must be.
enum Figures {
    static let cases: [Int64] = [700, 211, 97]

    /// 100,000.01 EUR by 15 % equally, 60 % by 2595 / 2344 / 1706 of 6645 inhabitants, 25 % by 700 / 211 / 97 of 1008
    /// cases: 4579226.69…, 3139792.36…, 2280981.94… cents; the two missing cents go to the largest fractions.
    static let lines: [Int64] = [4_579_227, 3_139_792, 2_280_982]

    /// The rule from its definition, in whole numbers over one denominator: exact, then the largest remainders.
    static func byTheRules(amount: Int64) -> [Int64] {
        let inhabitants = Person.members.map { Int128($0.inhabitants ?? 0) }
        let counted = cases.map { Int128($0) }
        let (allInhabitants, allCases) = (inhabitants.reduce(0, +), counted.reduce(0, +))
        let denominator = 300 * allInhabitants * allCases
        let numerators = zip(inhabitants, counted).map { people, cases in
            Int128(amount)
                * (15 * allInhabitants * allCases + 180 * people * allCases + 75 * cases * allInhabitants)
        }
        var lines = numerators.map { $0 / denominator }
        let missing = Int(Int128(amount) - lines.reduce(0, +))
        let order = numerators.indices.sorted { left, right in
            let (a, b) = (numerators[left] % denominator, numerators[right] % denominator)
            return a == b ? left < right : a > b
        }
        for index in order.prefix(missing) { lines[index] += 1 }
        return lines.map { Int64($0) }
    }
}
