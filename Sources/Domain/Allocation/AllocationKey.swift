/// The figures behind a rule, ready to be calculated with: whole units per member and component.
struct AllocationKey {
    /// By ascending party code.
    let members: [PartyCode]
    let components: [AllocatedComponent]
    /// Units of member m in component c at `m * components.count + c`.
    let units: [UInt64]
    /// The key's numerators: member m has the part `sum over c of factors[c] * units(m, c)` of `common`.
    let factors: [BigUInt]
    /// The same factors, flat.
    let table: FactorTable
    /// The common denominator of all components.
    let common: BigUInt

    init(_ rule: AllocationRule, _ inputs: AllocationInputs) throws(Failure) {
        members = try Self.sorted(inputs.members)
        let resolver = MeasureResolver(members: members, rule: rule, inputs: inputs)
        try resolver.checkParties()
        var components: [AllocatedComponent] = []
        var units = [UInt64](repeating: 0, count: members.count * rule.components.count)
        for (column, component) in rule.components.enumerated() {
            let measured = try resolver.resolve(component, index: column)
            for (row, value) in measured.units.enumerated() { units[row * rule.components.count + column] = value }
            components.append(measured.component)
        }
        // The weights' and the totals' common multiples apart: all divisions below are then by single words.
        let weights = components.reduce(BigUInt.one) {
            $0.leastCommonMultiple(with: $1.component.weight.denominator.magnitude)
        }
        let totals = components.reduce(BigUInt.one) { $0.leastCommonMultiple(with: $1.totalUnits.magnitude) }
        factors = components.map { allocated in
            let weight = allocated.component.weight
            let scale = weights.quotientAndRemainder(dividingBy: weight.denominator.magnitude).quotient
            let rate = totals.quotientAndRemainder(dividingBy: allocated.totalUnits.magnitude).quotient
            return scale * rate * weight.numerator.magnitude
        }
        table = FactorTable(factors)
        common = weights * totals
        self.components = components
        self.units = units
    }

    /// The units of one member, one per component.
    func row(_ member: Int) -> ArraySlice<UInt64> {
        units[(member * components.count)..<((member + 1) * components.count)]
    }

    /// The numerator of a member's part of the whole key.
    func numerator(_ member: Int) -> BigUInt {
        table.sum(row(member))
    }

    private static func sorted(_ members: [PartyCode]) throws(Failure) -> [PartyCode] {
        if members.isEmpty { throw .invalid("members", "must not be empty: there is nobody to bear the cost") }
        let sorted = members.sorted()
        for (first, second) in zip(sorted, sorted.dropFirst()) where first == second {
            throw .invalid("members", "names \(first) a second time")
        }
        return sorted
    }
}
