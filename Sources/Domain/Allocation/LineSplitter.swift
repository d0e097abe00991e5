/// Splits one rounded line over its parts by largest remainder, so that the shown parts add up to the line.
///
/// Used for one line after the other; its buffers are kept.
struct LineSplitter {
    /// Parts beside the components: pre-charge and floor.
    private static let extraParts = 2

    private var divider: LimbDivider
    private let capacity: Int
    private var sources: [AllocationPart.Source] = []
    private var units: [UInt64] = []
    private var amounts: [UInt64] = []
    private var remainders: [UInt64]

    init(_ divider: LimbDivider, components: Int) {
        self.divider = divider
        capacity = components + Self.extraParts
        remainders = [UInt64](repeating: 0, count: capacity * divider.width)
    }

    /// Goes on with another denominator.
    mutating func use(_ divider: LimbDivider) {
        self.divider = divider
        let missing = capacity * divider.width - remainders.count
        if missing > 0 { remainders.append(contentsOf: repeatElement(0, count: missing)) }
    }

    mutating func begin() {
        sources.removeAll(keepingCapacity: true)
        units.removeAll(keepingCapacity: true)
        amounts.removeAll(keepingCapacity: true)
    }

    /// A part with any numerator over the divider's denominator.
    mutating func add(_ source: AllocationPart.Source, _ numerator: BigUInt) {
        append(source, 0) { divider, remainder in divider.divide(numerator, remainder) }
    }

    /// The share of a component.
    mutating func add(component index: Int, units: UInt64) {
        append(.component(index), units) { divider, remainder in
            divider.divide(factor: index, times: units, remainder)
        }
    }

    @inline(__always)
    private mutating func append(
        _ source: AllocationPart.Source, _ count: UInt64,
        _ divide: (LimbDivider, UnsafeMutableBufferPointer<UInt64>) -> UInt64
    ) {
        let divider = divider
        let start = sources.count * divider.width
        let quotient = remainders.withUnsafeMutableBufferPointer { remainders in
            divide(divider, UnsafeMutableBufferPointer(rebasing: remainders[start..<(start + divider.width)]))
        }
        sources.append(source)
        units.append(count)
        amounts.append(quotient)
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
