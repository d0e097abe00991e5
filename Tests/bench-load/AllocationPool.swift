import Domain

/// A pool with made-up figures of the size of German municipalities, the same for every run.
struct AllocationPool {
    let amount: Int64 = 12_345_678_901
    let rule: AllocationRule
    let inputs: AllocationInputs

    init(members count: Int, components: Int, hasLimits: Bool) throws {
        var state: UInt64 = 2024
        func random(_ bound: UInt64) -> Int64 {
            // Knuth's multiplier; good enough for figures that are only to differ.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(state >> 33) % Int64(bound)
        }
        var members: [PartyCode] = []
        for index in 0..<count {
            let digits = String(index)
            members.append(try PartyCode("0900" + String(repeating: "0", count: max(8 - digits.count, 0)) + digits))
        }
        var inputs = AllocationInputs(members: members, year: 2024)
        var list: [AllocationComponent] = []
        for index in 0..<components {
            var quantities: [PartyCode: Quantity] = [:]
            for member in members { quantities[member] = Quantity(1 + random(50_000)) }
            guard let weight = Fraction(1, Int64(components)) else { continue }
            if index % 2 == 0, let day = CivilDate(year: 2000 + index, month: 12, day: 31) {
                inputs.keyFigures[KeyFigureReference(kind: .inhabitants, day: day)] = PartyFigures(quantities)
                list.append(AllocationComponent(.keyFigure(.inhabitants, .fixed(day)), weight: weight))
            } else {
                let usage = UsageMeasure(try ResourceID("metric-\(index)"))
                inputs.usage[usage] = .init(unit: "cases", PartyFigures(quantities))
                list.append(AllocationComponent(.usage(usage), weight: weight))
            }
        }
        var steps: [AllocationStep] = []
        if hasLimits {
            let mean = amount / Int64(count)
            steps = [.cap(.everyone, .amount(mean * 11 / 10)), .floor(.everyone, .amount(mean * 9 / 10))]
            steps += members.prefix(100).map { .fixed($0, mean / 10) }
        }
        rule = try AllocationRule(list, steps: steps)
        self.inputs = inputs
    }
}
