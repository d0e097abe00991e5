/// Splits one rounded line over its parts by largest remainder, so that the shown parts add up to the line.
///
/// Used for one line after the other; its buffers are kept.
struct LineSplitter {
    private let divider: LimbDivider
    private var sources: [AllocationPart.Source] = []
    private var units: [UInt64] = []
    private var amounts: [UInt64] = []
    private var remainders: [UInt64] = []
    private var scratch: [UInt64]

    init(_ divider: LimbDivider) {
        self.divider = divider
        scratch = [UInt64](repeating: 0, count: divider.width)
    }

    mutating func begin() {
        sources.removeAll(keepingCapacity: true)
        units.removeAll(keepingCapacity: true)
        amounts.removeAll(keepingCapacity: true)
        remainders.removeAll(keepingCapacity: true)
    }

    /// A part with any numerator over the divider's denominator.
    mutating func add(_ source: AllocationPart.Source, _ numerator: BigUInt) {
        append(source, 0, scratch.withUnsafeMutableBufferPointer { divider.divide(numerator, $0) })
    }

    /// The share of a component.
    mutating func add(component index: Int, units: UInt64) {
        let quotient = scratch.withUnsafeMutableBufferPointer { divider.divide(factor: index, times: units, $0) }
        append(.component(index), units, quotient)
    }

    private mutating func append(_ source: AllocationPart.Source, _ count: UInt64, _ quotient: UInt64) {
        sources.append(source)
        units.append(count)
        amounts.append(quotient)
        remainders.append(contentsOf: scratch)
    }

    /// The parts, rounded up to the total in the order of their remainders.
    mutating func finish(_ total: UInt64, isNegative: Bool) -> [AllocationPart] {
        let left = Int(total - amounts.reduce(0, +))
        _ = LargestRemainder.distribute(left, over: &amounts, remainders: remainders, width: divider.width)
        var parts: [AllocationPart] = []
        parts.reserveCapacity(sources.count)
        for index in sources.indices {
            let amount = isNegative ? 0 &- amounts[index] : amounts[index]
            parts.append(
                AllocationPart(
                    source: sources[index], units: Int64(truncatingIfNeeded: units[index]),
                    amount: Int64(truncatingIfNeeded: amount)))
        }
        return parts
    }
}
