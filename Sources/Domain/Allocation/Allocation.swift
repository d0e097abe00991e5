/// A pool shared out among its members: one line per party that together are exactly the pool.
///
/// The components' shares stay exact fractions, are added per party, and the sums are rounded once by largest
/// remainder; ties go to the lower party code in byte order. So the order of members never matters, and the allocation
/// of a negative amount is the mirror image of the positive one.
public struct Allocation: Sendable, Hashable {
    /// The pool in minor units.
    public let amount: Int64
    /// The rule's components as applied, in the order of the rule.
    public let components: [AllocatedComponent]
    /// The rule's steps.
    public let steps: [AllocationStep]
    /// By ascending party code.
    public let lines: [AllocationLine]

    /// Shares out `amount` minor units.
    ///
    /// Throws MISSING_KEY_FIGURE, NO_USAGE, WEIGHTS_ALL_ZERO, INFEASIBLE_RULE, NOT_A_MEMBER, OUT_OF_RANGE,
    /// MISSING_FIELD or INVALID_FIELD; never falls back to another key. Takes some milliseconds for thousands of
    /// members: not for an event loop.
    public init(of amount: Int64, by rule: AllocationRule, _ inputs: AllocationInputs) throws(Failure) {
        let allocator = try Allocator(amount, rule, inputs)
        self.amount = amount
        components = allocator.components
        steps = rule.steps
        lines = allocator.lines()
    }

    /// The line of a party, or `nil` if it is not a member.
    public func line(of party: PartyCode) -> AllocationLine? {
        var range = lines.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if lines[middle].party == party { return lines[middle] }
            range = lines[middle].party < party ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    /// Every part of one of this allocation's lines with the figures behind it.
    public func explanation(of line: AllocationLine) -> [PartExplanation] {
        line.parts.map { part in
            switch part.source {
            case .component(let index): explain(part, components[index], line)
            case .precharge, .fixed, .floor: explain(part, line)
            }
        }
    }

    private func explain(_ part: AllocationPart, _ component: AllocatedComponent, _ line: AllocationLine)
        -> PartExplanation
    {
        let ratio = UnreducedFraction(part.units, of: component.totalUnits)
        let exact = line.rate.value * ExactFraction(component.component.weight) * ExactFraction(ratio.fraction)
        return PartExplanation(
            phrase: component.phrase, source: part.source, component: component, unit: component.countedUnit,
            quantity: component.quantity(part.units), total: component.quantity(component.totalUnits),
            ratio: ratio, weight: component.component.weight, exactShare: amount < 0 ? -exact : exact,
            amount: part.amount, detail: component.detail(of: line.party, units: part.units),
            figureSource: component.figures?.source(of: line.party) ?? "")
    }

    private func explain(_ part: AllocationPart, _ line: AllocationLine) -> PartExplanation {
        let (phrase, exact): (String, ExactFraction) =
            switch part.source {
            case .precharge: ("pre-charge", precharge(of: line.party))
            case .fixed, .component: ("fixed sum", ExactFraction(part.amount))
            case .floor: ("floor", floor(of: line))
            }
        return PartExplanation(
            phrase: phrase, source: part.source, component: nil, unit: "", quantity: nil, total: nil, ratio: nil,
            weight: nil, exactShare: exact, amount: part.amount, detail: "", figureSource: "")
    }

    private func precharge(of party: PartyCode) -> ExactFraction {
        var sum = ExactFraction.zero
        for case .precharge(party, let share) in steps { sum = sum + ExactFraction(share) * ExactFraction(amount) }
        return sum
    }

    /// What a floor adds for a party without a part in any component: all that it does not bear in advance.
    private func floor(of line: AllocationLine) -> ExactFraction {
        let fixed = line.parts.reduce(ExactFraction.zero) { $1.source == .fixed ? $0 + ExactFraction($1.amount) : $0 }
        return ExactFraction(line.amount) - fixed - precharge(of: line.party)
    }
}
