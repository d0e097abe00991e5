import TestSupport
import Testing

@testable import Domain

/// Random histories of a consortium: members join and leave, rules are revised back, costs are corrected, usage comes
/// late. Whatever happens and whenever documents are issued, in the end everybody has been asked for exactly what one
/// calculation with all knowledge gives.
@Suite(.timeLimit(.minutes(5)))
struct HistoryPropertyTests {
    private struct World {
        var members: [[Bool]]
        var cost: [Int64]
        var usage: [[Int64]]
        var rule: [AllocationRule]

        /// All years up to one, calculated with what is known now.
        func calculate(through last: Int) throws -> [OpenItem: [PartyCode: Int64]] {
            var result: [OpenItem: [PartyCode: Int64]] = [:]
            for year in 0...last {
                let parties = try members[year].indices.filter { members[year][$0] }.map { try party("p\($0)") }
                var quantities: [PartyCode: Quantity] = [:]
                for (index, count) in usage[year].enumerated() where members[year][index] {
                    quantities[try party("p\(index)")] = Quantity(count)
                }
                var inputs = AllocationInputs(members: parties, year: 2020 + year)
                inputs.usage[UsageMeasure(try ResourceID("cases"))] = .init(unit: "cases", PartyFigures(quantities))
                let allocation = try Allocation(of: cost[year], by: rule[year], inputs)
                result[try HistoryPropertyTests.item(year)] = Dictionary(
                    uniqueKeysWithValues: allocation.lines.map { ($0.party, $0.amount) })
            }
            return result
        }
    }

    private static func item(_ year: Int) throws -> OpenItem {
        let start = try CivilDate(year: 2020 + year, month: 1, day: 1, field: "d")
        let end = try CivilDate(year: 2021 + year, month: 1, day: 1, field: "d")
        return OpenItem(period: try DateRange(start, end, field: "p"), pool: "OPERATION")
    }

    private func rule(_ generator: inout SplitMix64) throws -> AllocationRule {
        let percent = Int64.random(in: 1...99, using: &generator)
        return try AllocationRule([
            AllocationComponent(.equal, weight: fraction(percent, 100)),
            AllocationComponent(.usage(metric: ResourceID("cases")), weight: fraction(100 - percent, 100)),
        ])
    }

    private func change(_ world: inout World, _ last: Int, _ generator: inout SplitMix64) throws {
        let year = Int.random(in: 0...last, using: &generator)
        let member = Int.random(in: 0..<6, using: &generator)
        switch generator.next() % 4 {
        case 0: world.rule[year] = try rule(&generator)
        case 1: world.cost[year] = Int64.random(in: -1_000...1_000_000_00, using: &generator)
        case 2: world.usage[year][member] += Int64.random(in: 1...500, using: &generator)
        default:
            // The member with the first usage stays, so that there is always somebody and something to go by.
            guard member > 0 else { return }
            for later in year..<world.members.count { world.members[later][member].toggle() }
        }
    }

    @Test func documentsAddUpToFinalKnowledge() {
        var corrections = 0
        property(seeds: 0..<150) { generator in
            let years = 4
            var world = World(
                members: Array(repeating: [true, true, true, false, false, true], count: years),
                cost: (0..<years).map { _ in Int64.random(in: 0...1_000_000_00, using: &generator) },
                usage: (0..<years).map { _ in
                    (0..<6).map { $0 == 0 ? 10 : Int64.random(in: 0...100, using: &generator) }
                },
                rule: try (0..<years).map { _ in try rule(&generator) })
            var issued = IssuedAmounts()
            var sums: [PartyCode: Int64] = [:]
            func issue(_ last: Int) throws {
                let documents = try issued.documents(toReach: world.calculate(through: last))
                try issued.issue(documents)
                for document in documents {
                    sums[document.party, default: 0] += document.total
                    try #require(document.lines.allSatisfy { $0.amount != 0 })
                    if document.kind != .charge { corrections += 1 }
                }
                try #require(try issued.documents(toReach: world.calculate(through: last)).isEmpty)
            }
            for last in 0..<years {
                for _ in 0..<Int.random(in: 0...4, using: &generator) { try change(&world, last, &generator) }
                try issue(last)
            }
            for _ in 0..<5 { try change(&world, years - 1, &generator) }
            try issue(years - 1)
            var final: [PartyCode: Int64] = [:]
            for amounts in try world.calculate(through: years - 1).values {
                for (party, amount) in amounts { final[party, default: 0] += amount }
            }
            try #require(sums.filter { $0.value != 0 } == final.filter { $0.value != 0 })
            for (party, sum) in sums { try #require(try issued.total(of: party) == sum) }
        }
        #expect(corrections > 100)
    }

    @Test func aDocumentSaysWhatItIs() throws {
        let (first, second) = try (Self.item(0), Self.item(1))
        let (a, b) = try (party("a"), party("b"))
        var issued = IssuedAmounts()
        let charges = try issued.documents(toReach: [first: [a: 60, b: 40]])
        #expect(charges.map(\.kind) == [.charge, .charge] && charges.map(\.total) == [60, 40])
        try issued.issue(charges)
        // b has left after all: it gets its money back, and a pays the rest; another year is a charge of its own.
        let corrections = try issued.documents(toReach: [first: [a: 100]])
        #expect(corrections.map(\.kind) == [.correction, .creditNote] && corrections.map(\.total) == [40, -40])
        #expect(try issued.documents(toReach: [second: [b: 1]]).map(\.kind) == [.charge])
        let moved = try issued.documents(toReach: [first: [a: 50, b: 40], second: [a: 10]])
        #expect(moved.map(\.kind) == [.correction] && moved[0].total == 0 && moved[0].lines.map(\.amount) == [-10, 10])
        let large = try thrown {
            _ = try issued.documents(toReach: [first: [a: .min, b: 40], second: [a: .max]])
        }
        #expect(large.reason == .outOfRange)
    }
}
