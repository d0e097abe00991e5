/// Calculates an allocation: exact sums per party, rounded once, and then each line split over its parts.
struct Allocator {
    private let key: AllocationKey
    private let bounds: Bounds
    private let solution: LimitSolver.Solution
    private let isNegative: Bool

    init(_ amount: Int64, _ rule: AllocationRule, _ inputs: AllocationInputs) throws(Failure) {
        isNegative = amount < 0
        key = try AllocationKey(rule, inputs)
        bounds = try Bounds(rule, amount: amount.magnitude, members: key.members)
        solution = try LimitSolver.solve(key, bounds)
    }

    var components: [AllocatedComponent] { key.components }

    /// The common denominator of the free lines; 1 stands in where nobody is free.
    private var denominator: BigUInt {
        solution.freeKey.isZero ? bounds.denominator : bounds.denominator * solution.freeKey
    }

    func lines() -> [AllocationLine] {
        let divider = LimbDivider(factors: key.factors.map { $0 * solution.rest }, denominator: denominator)
        let rounded = roundedLines(divider)
        let scale = solution.freeKey.isZero ? BigUInt.one : solution.freeKey
        let rate = UnreducedRatio(numerator: solution.rest * key.common, denominator: denominator)
        var splitter = LineSplitter(divider, components: key.components.count)
        var boundSplitter = splitter
        var lines: [AllocationLine] = []
        lines.reserveCapacity(key.members.count)
        for member in key.members.indices {
            let amount = rounded.amounts[member]
            if solution.bindings[member] == .free {
                let parts = split(member, amount, scale, &splitter)
                lines.append(line(member, amount, rounded.isRaised[member], parts, rate))
            } else {
                lines.append(boundLine(member, amount, &boundSplitter))
            }
        }
        return lines
    }

    /// Every member's amount after the one rounding, and who got a unit that was left over.
    private func roundedLines(_ divider: LimbDivider) -> (amounts: [UInt64], isRaised: [Bool]) {
        let width = divider.width
        let columns = key.components.count
        let scale = solution.freeKey.isZero ? BigUInt.one : solution.freeKey
        var amounts = [UInt64](repeating: 0, count: key.members.count)
        var remainders = [UInt64](repeating: 0, count: key.members.count * width)
        remainders.withUnsafeMutableBufferPointer { remainders in
            key.units.withUnsafeBufferPointer { units in
                for member in key.members.indices {
                    let limits = bounds.members[member]
                    switch solution.bindings[member] {
                    case .cap: amounts[member] = limits.cap ?? 0
                    case .floor: amounts[member] = limits.floor
                    case .free:
                        let row = UnsafeBufferPointer(rebasing: units[(member * columns)..<((member + 1) * columns)])
                        let rest = UnsafeMutableBufferPointer(
                            rebasing: remainders[(member * width)..<((member + 1) * width)])
                        let advance = limits.precharge.isZero ? BigUInt.zero : limits.precharge * scale
                        amounts[member] = divider.divide(row, plus: advance, rest) + limits.fixed
                    }
                }
            }
        }
        let left = bounds.amount - amounts.reduce(0, +)
        let isRaised = LargestRemainder.distribute(Int(left), over: &amounts, remainders: remainders, width: width)
        return (amounts, isRaised)
    }

    /// A line that a cap or a floor decided: its components share what is left of the limit by their part of the key.
    private func boundLine(_ member: Int, _ amount: UInt64, _ splitter: inout LineSplitter) -> AllocationLine {
        let numerator = solution.numerators[member]
        let rest = bounds.denominator * amount - bounds.advance(member)
        let scale = numerator.isZero ? BigUInt.one : numerator
        let denominator = bounds.denominator * scale
        let rate = UnreducedRatio(
            numerator: numerator.isZero ? .zero : rest * key.common, denominator: denominator)
        splitter.use(LimbDivider(key.table, times: rest, denominator: denominator))
        let parts = split(member, amount, scale, &splitter, addsFloor: numerator.isZero ? rest : .zero)
        return line(member, amount, false, parts, rate)
    }

    private func line(
        _ member: Int, _ amount: UInt64, _ isRaised: Bool, _ parts: [AllocationPart], _ rate: UnreducedRatio
    ) -> AllocationLine {
        let limit: AllocationLine.Limit =
            switch solution.bindings[member] {
            case .free: .none
            case .cap: .capped
            case .floor: .floored
            }
        return AllocationLine(
            party: key.members[member], amount: signed(amount), hasRoundingUnit: isRaised, limit: limit, parts: parts,
            rate: rate)
    }

    /// Splits a line over its parts; pre-charge and floor are multiplied by `scale` to the splitter's denominator.
    private func split(
        _ member: Int, _ amount: UInt64, _ scale: BigUInt, _ splitter: inout LineSplitter, addsFloor: BigUInt = .zero
    ) -> [AllocationPart] {
        let limits = bounds.members[member]
        splitter.begin()
        if !limits.precharge.isZero { splitter.add(.precharge, limits.precharge * scale) }
        if !addsFloor.isZero { splitter.add(.floor, addsFloor * scale) }
        for (index, units) in key.row(member).enumerated() { splitter.add(component: index, units: units) }
        var parts = splitter.finish(amount - limits.fixed, isNegative: isNegative)
        if limits.fixed > 0 {
            parts.insert(AllocationPart(source: .fixed, units: 0, amount: signed(limits.fixed)), at: 0)
        }
        return parts
    }

    private func signed(_ magnitude: UInt64) -> Int64 {
        Int64(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude)
    }
}
