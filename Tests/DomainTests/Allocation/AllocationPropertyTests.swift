import TestSupport
import Testing

@testable import Domain

/// The invariants of every allocation (I3 to I8), over random rules and figures.
@Suite(.timeLimit(.minutes(5)))
struct AllocationPropertyTests {
    private func pool(_ generator: inout SplitMix64) throws -> RandomPool {
        let largest: [Int64] = [1, 5, 1000, 1_000_000_000, Int64.max / 100]
        return try RandomPool(
            members: Int.random(in: 1...12, using: &generator), components: Int.random(in: 1...6, using: &generator),
            largest: largest[Int(generator.next() % 5)], &generator)
    }

    @Test func linesSumToTheAmountAndPartsToTheirLine() {
        property(seeds: 0..<400) { generator in
            let pool = try pool(&generator)
            let allocation = try pool.allocate()
            try #require(allocation.lines.map(\.amount).reduce(0, +) == pool.amount)
            try #require(allocation.lines.map(\.party) == pool.inputs.members.sorted())
            for line in allocation.lines {
                try #require(line.amount >= 0)
                try #require(line.parts.map(\.amount).reduce(0, +) == line.amount)
                try #require(line.parts.allSatisfy { $0.amount >= 0 })
            }
        }
    }

    @Test func everyLineIsWithinAUnitOfItsExactShare() {
        property(seeds: 1000..<1150) { generator in
            let pool = try pool(&generator)
            let allocation = try pool.allocate()
            for line in allocation.lines {
                let exact = try pool.exactShare(of: line.party)
                let floor = try #require(exact.roundedDown)
                try #require(line.amount == floor || ExactFraction(floor) < exact && line.amount == floor + 1)
                try #require(line.hasRoundingUnit == (line.amount == floor + 1))
                var sum = ExactFraction.zero
                for part in allocation.explanation(of: line) {
                    sum = sum + part.exactShare
                    let partFloor = try #require(part.exactShare.roundedDown)
                    try #require(part.amount == partFloor || part.amount == partFloor + 1)
                }
                try #require(sum == exact)
            }
        }
    }

    @Test func leftOverUnitsGoByRemainderThenByCode() {
        property(seeds: 2000..<2150) { generator in
            let pool = try pool(&generator)
            let remainders = try pool.inputs.members.map { member in
                let exact = try pool.exactShare(of: member)
                return (member, exact - ExactFraction(try #require(exact.roundedDown)))
            }
            let allocation = try pool.allocate()
            let count = allocation.lines.filter(\.hasRoundingUnit).count
            let order = remainders.sorted { $0.1 == $1.1 ? $0.0 < $1.0 : $0.1 > $1.1 }
            try #require(
                Set(order.prefix(count).map(\.0)) == Set(allocation.lines.filter(\.hasRoundingUnit).map(\.party)))
        }
    }

    @Test func permutingMembersChangesNothing() {
        property(seeds: 3000..<3100) { generator in
            var pool = try pool(&generator)
            let allocation = try pool.allocate()
            pool.inputs.members.shuffle(using: &generator)
            try #require(try pool.allocate() == allocation)
        }
    }

    @Test func aCreditMirrorsTheCharge() {
        property(seeds: 4000..<4100) { generator in
            let pool = try pool(&generator)
            let charge = try pool.allocate()
            let credit = try Allocation(of: -pool.amount, by: pool.rule, pool.inputs)
            try #require(credit.lines.map(\.amount) == charge.lines.map { -$0.amount })
            for (left, right) in zip(charge.lines, credit.lines) {
                try #require(left.parts.map { -$0.amount } == right.parts.map(\.amount))
            }
        }
    }

    @Test func scalingAllFiguresChangesNothing() {
        property(seeds: 5000..<5200) { generator in
            let factor = Int64.random(in: 2...1000, using: &generator)
            var pool = try RandomPool(members: 9, components: 4, largest: 1_000_000, &generator)
            // Size classes have fixed bounds: a figure that is scaled may fall into another one.
            guard !pool.hasTiers else { return }
            let allocation = try pool.allocate()
            let scale: (Quantity) -> Quantity = { Quantity($0.units * factor) }
            let scaled: (PartyFigures) -> PartyFigures = { PartyFigures($0.quantities.mapValues(scale)) }
            pool.inputs.keyFigures = pool.inputs.keyFigures.mapValues(scaled)
            pool.inputs.usage = pool.inputs.usage.mapValues { .init(unit: $0.unit, scaled($0.figures)) }
            pool.inputs.publishedKeys = pool.inputs.publishedKeys.mapValues {
                .init(unit: $0.unit, scaled($0.figures))
            }
            try #require(try pool.allocate().lines.map(\.amount) == allocation.lines.map(\.amount))
        }
    }

    @Test func holdsForElevenThousandMembers() {
        property(seeds: 6000..<6001) { generator in
            let pool = try RandomPool(members: 11_000, components: 5, largest: 100_000_000, &generator)
            let allocation = try pool.allocate()
            try #require(allocation.lines.map(\.amount).reduce(0, +) == pool.amount)
            for line in allocation.lines {
                guard line.amount >= 0, line.parts.reduce(0, { $0 + $1.amount }) == line.amount else {
                    Issue.record("\(line.party): parts do not add up to \(line.amount)")
                    return
                }
            }
        }
    }

    /// I3, I5, I6, I9 where most of eleven thousand members are bound by a cap or a floor.
    @Test func holdsForElevenThousandMembersWithLimits() {
        property(seeds: 7000..<7001) { generator in
            var pool = try RandomPool(members: 11_000, components: 3, largest: 100_000_000, &generator)
            let amount: Int64 = 11_000_000_00
            let (cap, floor): (Int64, Int64) = (1_050_00, 700_00)
            pool.rule = try AllocationRule(
                pool.rule.components,
                steps: [
                    .cap(.everyone, .amount(cap)), .floor(.everyone, .amount(floor)),
                    .precharge(pool.inputs.members[7], fraction(1, 1_000_000)), .exempt(pool.inputs.members[9]),
                ])
            let allocation = try Allocation(of: amount, by: pool.rule, pool.inputs)
            try #require(allocation.lines.map(\.amount).reduce(0, +) == amount)
            try #require(allocation.line(of: pool.inputs.members[9])?.amount == 0)
            let lines = allocation.lines.filter { $0.party != pool.inputs.members[9] }
            try #require(lines.allSatisfy { (floor...cap).contains($0.amount) })
            try #require(lines.allSatisfy { line in line.parts.map(\.amount).reduce(0, +) == line.amount })
            try #require(Set(lines.map(\.limit)) == [.none, .capped, .floored])
            pool.inputs.members.shuffle(using: &generator)
            let credit = try Allocation(of: -amount, by: pool.rule, pool.inputs)
            try #require(credit.lines.map(\.amount) == allocation.lines.map { -$0.amount })
        }
    }

    @Test(arguments: [Int64.max, Int64.min, Int64.min + 1, 1, -1, 0])
    func holdsAtTheEndsOfTheRange(amount: Int64) throws {
        let members = try (0..<3).map { try party("p\($0)") }
        let weights = [Int64.max - 2, 1, 1].map { Fraction($0) }
        let rule = try AllocationRule([
            AllocationComponent(
                .weights(ByParty(Dictionary(uniqueKeysWithValues: zip(members, weights)))), weight: fraction(1, 3)),
            AllocationComponent(.equal, weight: fraction(2, 3)),
        ])
        let allocation = try Allocation(of: amount, by: rule, AllocationInputs(members: members, year: 2024))
        #expect(allocation.lines.map(\.amount).reduce(0, &+) == amount)
        #expect(allocation.lines.allSatisfy { line in line.parts.map(\.amount).reduce(0, +) == line.amount })
    }
}
