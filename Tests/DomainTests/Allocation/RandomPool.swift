import Testing

@testable import Domain

/// A random rule with random figures, and the exact shares calculated the slow and obvious way.
struct RandomPool {
    var rule: AllocationRule
    var inputs: AllocationInputs
    let amount: Int64

    init(members count: Int, components: Int, largest: Int64, _ generator: inout SplitMix64) throws {
        var members: [PartyCode] = []
        for index in 0..<count { members.append(try party("\(index * 7919 % 100_003)-\(index)")) }
        inputs = AllocationInputs(members: members, year: 2024)
        amount = Int64.random(in: 0...1_000_000_000, using: &generator)
        var parts: [Int64] = []
        for _ in 0..<components { parts.append(Int64.random(in: 1...1000, using: &generator)) }
        let whole = parts.reduce(0, +)
        var list: [AllocationComponent] = []
        for part in parts {
            list.append(
                AllocationComponent(
                    try Self.measure(members, largest, &inputs, &generator), weight: try fraction(part, whole)))
        }
        rule = try AllocationRule(list)
    }

    private static func measure(
        _ members: [PartyCode], _ largest: Int64, _ inputs: inout AllocationInputs, _ generator: inout SplitMix64
    ) throws -> AllocationComponent.Measure {
        var quantities: [PartyCode: Quantity] = [:]
        for member in members {
            // Zeros and equal figures are what ties and empty lines come from.
            let isPlain = generator.next() % 4 == 0
            quantities[member] = Quantity(
                isPlain ? Int64(generator.next() % 3) : Int64.random(in: 0...largest, using: &generator))
        }
        quantities[members[0]] = Quantity(largest)
        switch generator.next() % 4 {
        case 0: return .equal
        case 1:
            let metric = try ResourceID("m\(inputs.usage.count)")
            inputs.usage[metric] = .init(unit: "cases", quantities: quantities)
            return .usage(metric: metric)
        case 2:
            return .weights(quantities.mapValues { Fraction($0.units) })
        default:
            let kind = KeyFigureKind.allCases[Int(generator.next() % 5)]
            let day = try #require(CivilDate(daysSinceEpoch: Int(generator.next() % 20_000)))
            inputs.keyFigures[KeyFigureReference(kind: kind, day: day)] = quantities
            return .keyFigure(kind, .fixed(day))
        }
    }

    func allocate() throws -> Allocation { try Allocation(of: amount, by: rule, inputs) }

    /// A party's exact share of the pool, from the definition.
    func exactShare(of party: PartyCode) throws -> ExactFraction {
        var sum = ExactFraction.zero
        for component in rule.components {
            let figures: [PartyCode: Quantity] =
                switch component.measure {
                case .equal, .ownership: Dictionary(uniqueKeysWithValues: inputs.members.map { ($0, Quantity(1)) })
                case .usage(let metric): inputs.usage[metric]?.quantities ?? [:]
                case .keyFigure(let kind, let rule):
                    inputs.keyFigures[.init(kind: kind, day: try rule.day(forYear: inputs.year))] ?? [:]
                case .weights(let weights): weights.mapValues { Quantity($0.numerator) }
                }
            let total = inputs.members.reduce(Int64(0)) { $0 + (figures[$1]?.units ?? 0) }
            let ratio = try fraction(figures[party]?.units ?? 0, total)
            sum = sum + ExactFraction(amount) * ExactFraction(component.weight) * ExactFraction(ratio)
        }
        return sum
    }
}
