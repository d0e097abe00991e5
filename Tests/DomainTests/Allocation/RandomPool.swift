import TestSupport
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
        let day = try #require(CivilDate(daysSinceEpoch: Int(generator.next() % 20_000)))
        let kind = KeyFigureKind.allCases[Int(generator.next() % 5)]
        let reference = KeyFigureReference(kind: kind, day: day)
        switch generator.next() % 6 {
        case 0: return .equal
        case 1:
            let key = UsageMeasure(try ResourceID("m\(inputs.usage.count)"))
            inputs.usage[key] = .init(unit: "cases", PartyFigures(quantities))
            return .usage(key)
        case 2: return .weights(ByParty(quantities.mapValues { Fraction($0.units) }))
        case 3:
            let year = 2000 + inputs.publishedKeys.count
            let name = try ResourceID("key")
            inputs.publishedKeys[.init(name: name, year: year)] = .init(unit: "%", PartyFigures(quantities))
            return .publishedKey(name, .fixed(year))
        case 4:
            inputs.keyFigures[reference] = PartyFigures(quantities)
            return .tier(kind, .fixed(day), try brackets(largest, &generator))
        default:
            inputs.keyFigures[reference] = PartyFigures(quantities)
            return .keyFigure(kind, .fixed(day))
        }
    }

    private static func brackets(_ largest: Int64, _ generator: inout SplitMix64) throws -> Brackets {
        var list: [Brackets.Bracket] = []
        var bound: Int64 = 0
        for _ in 0..<Int(generator.next() % 4) where bound < largest {
            bound = Int64.random(in: (bound + 1)...largest, using: &generator)
            list.append(
                .init(
                    upTo: .init(Quantity(bound), isIncluded: generator.next() % 2 == 0),
                    points: Quantity(Int64(generator.next() % 10))))
        }
        // The largest figure always counts, so that never all points are zero; it may fall under either last bracket.
        return try Brackets(
            list.dropLast() + list.suffix(1).map { .init(upTo: $0.upperBound, points: Quantity(3)) }
                + [.init(upTo: nil, points: Quantity(Int64.random(in: 1...10, using: &generator)))])
    }

    /// Whether any component goes by size classes.
    var hasTiers: Bool {
        rule.components.contains { component in
            if case .tier = component.measure { true } else { false }
        }
    }

    func allocate() throws -> Allocation { try Allocation(of: amount, by: rule, inputs) }

    /// A party's exact share of the pool, from the definition.
    func exactShare(of party: PartyCode) throws -> ExactFraction {
        var sum = ExactFraction.zero
        for component in rule.components {
            let figures = try figures(of: component.measure)
            let total = inputs.members.reduce(Int64(0)) { $0 + (figures[$1]?.units ?? 0) }
            let ratio = try fraction(figures[party]?.units ?? 0, total)
            sum = sum + ExactFraction(amount) * ExactFraction(component.weight) * ExactFraction(ratio)
        }
        return sum
    }

    private func figures(of measure: AllocationComponent.Measure) throws -> [PartyCode: Quantity] {
        func table(_ figures: PartyFigures?) -> [PartyCode: Quantity] {
            guard let quantities = figures?.quantities else { return [:] }
            return Dictionary(uniqueKeysWithValues: zip(quantities.parties, quantities.values))
        }
        switch measure {
        case .equal, .ownership: return Dictionary(uniqueKeysWithValues: inputs.members.map { ($0, Quantity(1)) })
        case .usage(let key): return table(inputs.usage[key]?.figures)
        case .publishedKey(let name, .fixed(let year)):
            return table(inputs.publishedKeys[.init(name: name, year: year)]?.figures)
        case .publishedKey: return [:]
        case .keyFigure(let kind, let rule):
            return table(inputs.keyFigures[.init(kind: kind, day: try rule.day(forYear: inputs.year))])
        case .tier(let kind, let rule, let brackets):
            return table(inputs.keyFigures[.init(kind: kind, day: try rule.day(forYear: inputs.year))])
                .mapValues { brackets.brackets[brackets.index(of: $0)].points }
        case .weights(let weights):
            return Dictionary(
                uniqueKeysWithValues: zip(weights.parties, weights.values.map { Quantity($0.numerator) }))
        }
    }
}
