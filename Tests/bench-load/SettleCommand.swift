import API
import ArgumentParser
import EventLoop
import Foundation
import GRPC

/// A settlement over a year's usage, and simulations of it.
struct SettleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract:
            "Adopts an agreement and books a cost; times the settlement of a year, its recomputation, and simulations.")

    @OptionGroup var server: ServerAddress
    @Option(help: "Consortium that is settled.")
    var consortium = "bundle"
    @Option(help: "The year.")
    var year: Int32 = 2014
    @Option(help: "Number of runs, of which the median counts.")
    var runs = 5
    @Option(help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() async throws {
        let group = EventLoopGroup(count: 1)
        let people = People(server: server, loop: group.loops[0])
        let settling = BenchSettlement(people: people, consortium: BenchConsortium(id: consortium), year: year)
        try await settling.prepare()
        try output.print(
            SettleFigures(
                milliseconds: try await median { try await settling.settle() },
                recomputationMilliseconds: try await median { try await settling.recompute() },
                oneMilliseconds: try await median { try await settling.simulate(1) },
                tenMilliseconds: try await median { try await settling.simulate(10) }))
    }

    private func median(_ body: () async throws -> Void) async throws -> Double {
        var milliseconds: [Double] = []
        for _ in 0..<max(1, runs) {
            let start = ContinuousClock.now
            try await body()
            milliseconds.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        return milliseconds.sorted()[milliseconds.count / 2]
    }
}

/// What settling and simulating take.
struct SettleFigures: Figures {
    /// Of a settlement that is calculated and not stored.
    let milliseconds: Double
    /// Of a stored settlement that is calculated again from the records.
    let recomputationMilliseconds: Double
    /// Of a simulation of one alternative, and of ten.
    let oneMilliseconds: Double
    let tenMilliseconds: Double

    var rows: [(String, String)] {
        [
            ("settlement", milliseconds.text() + " ms"), ("recomputed", recomputationMilliseconds.text() + " ms"),
            ("simulation of one", oneMilliseconds.text() + " ms"),
            ("simulation of ten", tenMilliseconds.text() + " ms"),
        ]
    }
}

/// The calls behind it.
struct BenchSettlement {
    let people: People
    let consortium: BenchConsortium
    let year: Int32

    private var agreement: String { consortium.name + "/agreements/by-cases" }

    private var period: DateRange {
        var range = DateRange()
        range.start = day(year)
        range.end = day(year + 1)
        return range
    }

    private func day(_ year: Int32) -> CivilDate {
        var day = CivilDate()
        (day.year, day.month, day.day) = (year, 1, 1)
        return day
    }

    /// By cases alone, so that nothing but usage is read in numbers.
    func prepare() async throws {
        var pool = PoolAllocation()
        pool.pool = .operation
        pool.components = [AllocationComponent()]
        pool.components[0].weight.numerator = 1
        pool.components[0].weight.denominator = 1
        pool.components[0].usage.metric = consortium.metric
        var draft = CreateAgreementRevisionRequest()
        draft.parent = agreement
        draft.agreementRevision.valid.start = day(year)
        draft.agreementRevision.vatTreatment = .standard
        draft.agreementRevision.legalBasis = "Art. 42 KommZG"
        draft.agreementRevision.pools = [pool]
        draft.requestID = RequestID.new()
        let revision = try await AgreementServiceClient(people.office).createAgreementRevision(draft).agreementRevision
        try await adopt(revision)
        var cost = CreateCostItemRequest()
        cost.parent = consortium.name
        cost.costItemID = "hosting"
        cost.costItem.pool = .operation
        cost.costItem.kind = .expense
        cost.costItem.net.minorUnits = 100_000_00
        cost.costItem.net.currency = "EUR"
        cost.costItem.servicePeriod = period
        cost.costItem.documentNumber = "R-1"
        cost.requestID = RequestID.new()
        _ = try await CostServiceClient(people.office).createCostItem(cost)
        var stored = calculation("stored")
        stored.requestID = RequestID.new()
        _ = try await SettlementServiceClient(people.office).calculateSettlement(stored)
    }

    private func adopt(_ revision: AgreementRevision) async throws {
        var opening = OpenDecisionRequest()
        opening.parent = consortium.name
        opening.decisionID = "by-cases"
        opening.decision.adoptAgreementRevision.agreementRevision = revision.name
        opening.requestID = RequestID.new()
        let decision = try await DecisionServiceClient(people.office).openDecision(opening).decision
        for municipality in people.municipalities {
            var vote = CastVoteRequest()
            vote.name = decision.name
            vote.ballot = .yes
            vote.requestID = RequestID.new()
            // The majority may be reached before everyone has voted.
            guard try await DecisionServiceClient(municipality).castVote(vote).decision.state == .open else { return }
        }
    }

    private func calculation(_ id: String) -> CalculateSettlementRequest {
        var request = CalculateSettlementRequest()
        request.parent = consortium.name
        request.settlementID = id
        request.agreement = agreement
        request.period = period
        return request
    }

    func settle() async throws {
        var request = calculation("preview")
        request.validateOnly = true
        let settlement = try await SettlementServiceClient(people.office).calculateSettlement(request).settlement
        guard settlement.total.minorUnits == 100_000_00 else {
            throw ValidationError("the settlement does not add up to its cost")
        }
    }

    func recompute() async throws {
        var request = RecomputeSettlementRequest()
        request.name = consortium.name + "/settlements/stored"
        let answer = try await SettlementServiceClient(people.office).recomputeSettlement(request)
        guard answer.isIdentical else { throw ValidationError("calculated again, the settlement is another one") }
    }

    /// Alternatives with other costs: all that is read is the same.
    func simulate(_ count: Int) async throws {
        var request = SimulateAgreementRequest()
        request.parent = agreement
        request.period = period
        for number in 1...count {
            var alternative = SimulatedAlternative()
            alternative.label = "\(number)"
            var cost = PoolCost()
            cost.pool = .operation
            cost.cost.minorUnits = Int64(number) * 10_000_00
            cost.cost.currency = "EUR"
            alternative.costs = [cost]
            request.alternatives.append(alternative)
        }
        let outcomes = try await AgreementServiceClient(people.office).simulateAgreement(request).outcomes
        guard outcomes.count == count, outcomes.allSatisfy(\.obstacle.isEmpty) else {
            throw ValidationError("an alternative was not simulated: \(outcomes.first?.obstacle ?? "")")
        }
    }
}
