import API
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// Whatever is learned in whatever order (costs, revenue, reversals, late usage, back-dated revisions, joins, exits,
/// corrected key figures), the documents of each party together are what one calculation with final knowledge gives.
@Suite(.timeLimit(.minutes(5)))
struct SettlementHistoryTests {
    private static let histories: UInt64 = 20
    private static let steps = 8

    @Test func documentsAddUpToOneCalculationWithFinalKnowledge() async throws {
        for seed in 0..<Self.histories {
            try await House.with(.founded) { house in
                var history = try await SettlementHistory(house: house, seed: seed)
                for _ in 0..<Self.steps { try await history.step() }
                // A first settlement takes usage up to the closing of the year, its correction what came late, too.
                for _ in 0..<2 { try await history.settle() }
                let documents = try await history.documents()
                let calculated = try await history.calculated()
                #expect(documents == calculated, "seed \(seed): \(history.log)")
                #expect(documents.values.reduce(0, +) == history.cost, "seed \(seed): \(history.log)")
            }
        }
    }
}

/// One random history of the year 2012.
private struct SettlementHistory {
    private let settling: Settling
    private var random: SplitMix64
    private var last: Settlement?
    private var number = 0
    private var items: [(name: String, amount: Int64)] = []
    private var hasJoined = false
    private var hasLeft = false
    /// What was done, in order.
    private(set) var log: [String] = []
    /// All that the year costs, in cents.
    private(set) var cost: Int64 = 10_000_000

    init(house: House, seed: UInt64) async throws {
        settling = Settling(house: house)
        random = SplitMix64(seed: seed)
        try await settling.closeYear()
    }

    private var house: House { settling.house }

    private mutating func next() -> Int {
        number += 1
        return number
    }

    mutating func step() async throws {
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1: try await book()
        case 2: try await reverse()
        case 3: try await use()
        case 4: try await revise()
        case 5: try await join()
        case 6: try await leave()
        case 7: try await count()
        default: try await settle()
        }
    }

    private mutating func book() async throws {
        let isRevenue = Bool.random(using: &random)
        let net = Int64.random(in: 1...(isRevenue ? 900_000 : 3_000_000), using: &random)
        let item = try await CostServiceClient(try house.client(.office)).createCostItem(
            .cost("item-\(next())", net: net, kind: isRevenue ? .revenue : .expense)
        ).costItem
        items.append((item.name, isRevenue ? -net : net))
        cost += isRevenue ? -net : net
        log.append("booked \(isRevenue ? -net : net)")
    }

    private mutating func reverse() async throws {
        guard let index = items.indices.randomElement(using: &random) else { return }
        let item = items.remove(at: index)
        _ = try await CostServiceClient(try house.client(.office)).reverseCostItem(
            .with {
                $0.name = item.name
                $0.requestID = .newRequest
            })
        cost -= item.amount
        log.append("reversed \(item.amount)")
    }

    private mutating func use() async throws {
        let person = Person.members.randomElement(using: &random)!
        let quantity = Int64.random(in: 1...500, using: &random)
        let hour = Int64(24 * Int.random(in: 10..<360, using: &random) + next() % 24)
        let receipts = try await ingest([.batch(person, first: hour, quantities: [quantity])], as: person, in: house)
        if !receipts.isEmpty { log.append("\(person) used \(quantity)") }
    }

    private mutating func revise() async throws {
        let equal = Int64.random(in: 0...40, using: &random), usage = Int64.random(in: 1...40, using: &random)
        let isTaxed = Bool.random(using: &random)
        try await settling.adopt(
            "revision-\(next())", from: .day(2012, 1, 1), weights: (equal + 1, 99 - equal - usage, usage)
        ) { revision in
            guard isTaxed else { return }
            revision.vatTreatment = .standard
            revision.vatConditions = []
        }
        log.append("revised \(equal + 1), \(usage)\(isTaxed ? ", taxed" : "")")
    }

    private mutating func join() async throws {
        guard !hasJoined else { return }
        hasJoined = true
        let month = Int32.random(in: 1...12, using: &random)
        _ = try await MunicipalityServiceClient(try house.client(.ebern)).recordKeyFigure(
            .inhabitants(of: .ebern, year: 2011, value: 7_400))
        _ = try await ConsortiumServiceClient(try house.client(.office)).applyForMembership(
            .with {
                $0.parent = Founding.consortium
                $0.party = Person.ebern.party
                $0.requestID = .newRequest
            })
        try await Founding(house: house).decide("admit") { $0.admitMember = .of(.ebern, from: .day(2012, month, 1)) }
        log.append("ebern joined in month \(month)")
    }

    private mutating func leave() async throws {
        guard !hasLeft else { return }
        hasLeft = true
        let month = Int32.random(in: 3...12, using: &random)
        _ = try await ConsortiumServiceClient(try house.client(.untermerzbach)).giveNotice(
            .with {
                $0.name = Founding.consortium + "/memberships/" + Person.untermerzbach.code
                $0.receivedOn = .day(2012, 2, 1)
                $0.exitOn = .day(2012, month, 1)
                $0.forCause = true
                $0.requestID = .newRequest
            })
        log.append("untermerzbach left in month \(month)")
    }

    private mutating func count() async throws {
        let person = Person.members.randomElement(using: &random)!
        let value = Int64.random(in: 1000...4000, using: &random)
        var request = RecordKeyFigureRequest.inhabitants(of: person, year: 2011, value: value)
        request.keyFigure.status = .revised
        _ = try await MunicipalityServiceClient(try house.client(person)).recordKeyFigure(request)
        log.append("\(person) has \(value) inhabitants")
    }

    /// Calculates what was never settled, corrects what was, and issues it.
    mutating func settle() async throws {
        let id = "settlement-\(next())"
        let settlement =
            if let last { try await settling.corrected(last, as: id) } else { try await settling.calculated(id) }
        try await settling.issued(settlement)
        last = settlement
        log.append("issued")
    }

    /// Net amounts of all documents by party.
    func documents() async throws -> [String: Int64] {
        var sums: [String: Int64] = [:]
        let answer = try await settling.office.listDocuments(
            .with {
                $0.parent = Founding.consortium
                $0.pageSize = 1000
            })
        #expect(answer.nextPageToken.isEmpty)
        for document in answer.documents { sums[document.recipient, default: 0] += document.net.minorUnits }
        return sums.filter { $0.value != 0 }
    }

    /// Lines by party of one calculation that knows all, as if nothing had been asked for.
    func calculated() async throws -> [String: Int64] {
        guard let last else { return [:] }
        let preview = try await settling.office.correctSettlement(
            .with {
                $0.name = last.name
                $0.settlementID = "preview"
                $0.validateOnly = true
                $0.requestID = .newRequest
            }
        ).settlement
        var sums: [String: Int64] = [:]
        for line in preview.lines { sums[line.party, default: 0] += line.amount.minorUnits }
        return sums.filter { $0.value != 0 }
    }
}
