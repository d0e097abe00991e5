import TestSupport
import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct AllocationStepTests {
    private func allocate(_ amount: Int64, _ weights: [Int64], _ steps: [AllocationStep]) throws -> Allocation {
        let members = try weights.indices.map { try party("p\($0)") }
        let byParty = Dictionary(uniqueKeysWithValues: zip(members, weights.map { Fraction($0) }))
        let rule = try AllocationRule([AllocationComponent(.weights(ByParty(byParty)), weight: .one)], steps: steps)
        return try Allocation(of: amount, by: rule, AllocationInputs(members: members, year: 2024))
    }

    private func amounts(_ amount: Int64, _ weights: [Int64], _ steps: [AllocationStep]) throws -> [Int64] {
        try allocate(amount, weights, steps).lines.map(\.amount)
    }

    @Test func prechargesAndFixedSumsComeFirst() throws {
        // The seat bears a tenth in advance and its half of the rest.
        #expect(try amounts(1000, [1, 1], [.precharge(party("p0"), fraction(1, 10))]) == [550, 450])
        #expect(try amounts(1000, [1, 1], [.fixed(party("p1"), 200)]) == [400, 600])
        #expect(
            try amounts(1000, [1, 3], [.fixed(party("p0"), 100), .precharge(party("p0"), fraction(1, 2))]) == [
                700, 300,
            ])
        let allocation = try allocate(
            1000, [1, 1],
            [.fixed(party("p0"), 1), .precharge(party("p0"), fraction(1, 3)), .precharge(party("p0"), fraction(1, 3))])
        let parts = allocation.explanation(of: allocation.lines[0])
        #expect(parts.map(\.phrase) == ["fixed sum", "pre-charge", "by agreed weights"])
        #expect(parts.map(\.exactShare.description) == ["1", "2000/3", "997/6"])
        #expect(parts.map(\.amount).reduce(0, +) == allocation.lines[0].amount)
        #expect(
            parts.reduce(ExactFraction.zero) { $0 + $1.exactShare } == ExactFraction(try fraction(6 + 4000 + 997, 6)))
    }

    @Test func capsMoveTheExcessUntilStable() throws {
        // 60/30/10 would be 600/300/100. Capped at 400 the first leaves 600; 30:10 gives 450/150, so the second is
        // capped too and the third bears the rest.
        #expect(try amounts(1000, [60, 30, 10], [.cap(.everyone, .amount(400))]) == [400, 400, 200])
        #expect(
            try amounts(1000, [60, 30, 10], [.cap(.party(party("p0")), .share(fraction(1, 2)))]) == [500, 375, 125])
        let lines = try allocate(1000, [60, 30, 10], [.cap(.everyone, .amount(400))]).lines
        #expect(lines.map(\.limit) == [.capped, .capped, .none])
    }

    @Test func floorsAreFinancedByTheOthers() throws {
        #expect(try amounts(1000, [60, 30, 10], [.floor(.everyone, .amount(190))]) == [540, 270, 190])
        #expect(try amounts(1000, [60, 40, 0], [.floor(.everyone, .share(fraction(1, 10)))]) == [540, 360, 100])
        let allocation = try allocate(1000, [60, 40, 0], [.floor(.everyone, .amount(100))])
        #expect(allocation.lines[2].limit == .floored)
        #expect(allocation.explanation(of: allocation.lines[2]).map(\.phrase) == ["floor", "by agreed weights"])
        // A floor and a cap of the same amount fix a line.
        let party = AllocationStep.Target.party(try party("p1"))
        #expect(
            try amounts(1000, [50, 25, 25], [.cap(party, .amount(100)), .floor(party, .amount(100))]) == [
                600, 100, 300,
            ])
    }

    @Test func theExemptHaveNoPart() throws {
        #expect(try amounts(1000, [60, 30, 10], [.exempt(party("p0"))]) == [0, 750, 250])
        #expect(try thrown { _ = try amounts(1000, [60], [.exempt(party("p0"))]) }.reason == .weightsAllZero)
    }

    @Test func whatCannotBeKeptIsRefusedWithItsFigures() throws {
        let cases: [([AllocationStep], String)] = [
            ([.fixed(try party("p0"), 1001)], "1001"),
            ([.precharge(try party("p0"), .one), .fixed(try party("p1"), 1)], "1001"),
            ([.floor(.everyone, .amount(501))], "1002"),
            ([.floor(.everyone, .amount(300)), .cap(.party(try party("p1")), .amount(299))], "299"),
            ([.fixed(try party("p0"), 300), .cap(.everyone, .amount(299))], "300"),
            ([.cap(.everyone, .amount(499))], "2"),
        ]
        for (steps, figure) in cases {
            let failure = try thrown { _ = try amounts(1000, [1, 1], steps) }
            #expect(failure.reason == .infeasibleRule)
            #expect(failure.message.contains(figure), "\(failure.message)")
        }
        #expect(
            try thrown { _ = try amounts(1000, [1, 1], [.cap(.everyone, .amount(499))]) }.detail("uncovered") == "2")
        #expect(
            try amounts(1000, [1, 1], [.cap(.everyone, .amount(500)), .floor(.everyone, .amount(500))]) == [500, 500])
        let stranger = try thrown { _ = try amounts(1000, [1, 1], [.exempt(party("x"))]) }
        #expect(stranger.reason == .notAMember && stranger.violations.map(\.field) == ["steps[0].party"])
    }

    private func randomSteps(_ count: Int, _ amount: Int64, _ generator: inout SplitMix64) throws -> [AllocationStep] {
        var steps: [AllocationStep] = []
        for index in 0..<count where generator.next() % 2 == 0 {
            let sum = Int64.random(in: 0...(amount * 2 / Int64(count)), using: &generator)
            let share = try fraction(Int64(generator.next() % 10), 9 * Int64(count))
            let target: AllocationStep.Target = generator.next() % 3 == 0 ? .everyone : .party(try party("p\(index)"))
            switch generator.next() % 6 {
            case 0: steps.append(.precharge(try party("p\(index)"), share))
            case 1: steps.append(.fixed(try party("p\(index)"), sum / 4))
            case 2: steps.append(.floor(target, .amount(sum / 3)))
            case 3: steps.append(.cap(target, .share(share)))
            default: steps.append(.cap(target, .amount(sum)))
            }
        }
        return steps
    }

    /// I3, I6, I8, I9: whatever is feasible is kept to the cent, and free lines stay in proportion.
    @Test func boundsAlwaysHold() {
        var feasible = 0
        property(seeds: 0..<400) { generator in
            let count = Int.random(in: 1...8, using: &generator)
            let amount = Int64.random(in: 0...100_000, using: &generator)
            let weights = (0..<count).map { _ in Int64(generator.next() % 50) }
            let steps = try randomSteps(count, amount, &generator)
            guard weights.contains(where: { $0 > 0 }) else { return }
            let allocation: Allocation
            do {
                allocation = try allocate(amount, weights, steps)
            } catch let failure as Failure {
                try #require(failure.reason == .infeasibleRule)
                return
            }
            feasible += 1
            try check(allocation, amount, weights, steps)
            let credit = try allocate(-amount, weights, steps)
            try #require(credit.lines.map(\.amount) == allocation.lines.map { -$0.amount })
        }
        #expect(feasible > 100)
    }

    private func check(_ allocation: Allocation, _ amount: Int64, _ weights: [Int64], _ steps: [AllocationStep]) throws
    {
        try #require(allocation.lines.map(\.amount).reduce(0, +) == amount)
        var rates: [ExactFraction] = []
        for (line, weight) in zip(allocation.lines, weights) {
            let parts = allocation.explanation(of: line)
            try #require(line.amount >= 0)
            try #require(parts.map(\.amount).reduce(0, +) == line.amount)
            let exact = parts.reduce(ExactFraction.zero) { $0 + $1.exactShare }
            let floor = try #require(exact.roundedDown)
            try #require(line.amount == floor || line.amount == floor + 1 && line.hasRoundingUnit)
            for case .cap(let target, .amount(let cap)) in steps
            where target == .everyone || target == .party(line.party) {
                try #require(line.amount <= cap)
            }
            for case .floor(let target, .amount(let floor)) in steps
            where target == .everyone || target == .party(line.party) {
                try #require(line.amount >= floor)
            }
            guard weight > 0, let rate = Fraction(1, weight), let last = parts.last else { continue }
            let perWeight = last.exactShare * ExactFraction(rate)
            if line.limit == .none { rates.append(perWeight) }
        }
        // The same key for all who are not bound: their shares per weight are one figure.
        try #require(Set(rates).count <= 1)
        for (line, weight) in zip(allocation.lines, weights) where weight > 0 && line.limit != .none {
            guard let rate = rates.first, let per = Fraction(1, weight) else { continue }
            let own = try #require(allocation.explanation(of: line).last).exactShare * ExactFraction(per)
            // Who is capped would have borne at least as much, who is floored at most as much.
            try #require(line.limit == .capped ? own <= rate : own >= rate)
        }
    }
}
