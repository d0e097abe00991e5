/// Turns each component's figures into whole units per member, and refuses figures that are missing or impossible.
struct MeasureResolver {
    /// A component's units by member.
    struct Measured {
        let component: AllocatedComponent
        let units: [UInt64]
    }

    let members: [PartyCode]
    let rule: AllocationRule
    let inputs: AllocationInputs
    private let known: Set<PartyCode>
    private let exempt: Set<PartyCode>

    init(members: [PartyCode], rule: AllocationRule, inputs: AllocationInputs) {
        self.members = members
        self.rule = rule
        self.inputs = inputs
        known = Set(members)
        var exempt: Set<PartyCode> = []
        for case .exempt(let party) in rule.steps { exempt.insert(party) }
        self.exempt = exempt
    }

    /// Throws NOT_A_MEMBER for a party that rule or figures name and that does not share the pool: its part would
    /// otherwise silently fall on the others.
    func checkParties() throws(Failure) {
        for (index, step) in rule.steps.enumerated() {
            switch step {
            case .precharge(let party, _), .fixed(let party, _), .exempt(let party), .cap(.party(let party), _),
                .floor(.party(let party), _):
                try requireMember(party, "steps[\(index)].party")
            case .cap(.everyone, _), .floor(.everyone, _): break
            }
        }
        for (index, component) in rule.components.enumerated() {
            if case .parties(let parties) = component.scope {
                for party in parties.sorted() { try requireMember(party, "components[\(index)].scope") }
            }
            switch component.measure {
            case .ownership:
                for share in inputs.ownership?.shares ?? [] { try requireMember(share.party, "ownership.shares") }
            case .weights(let weights):
                for party in weights.keys.sorted() { try requireMember(party, "components[\(index)].weights") }
            case .equal, .keyFigure, .usage: break
            }
        }
    }

    private func requireMember(_ party: PartyCode, _ field: String) throws(Failure) {
        if known.contains(party) { return }
        let why = "names \(party), which is not among the members that share this pool"
        throw Failure.invalid(field, why, reason: .notAMember).with("party", party.text)
    }

    /// The component's units. Throws MISSING_KEY_FIGURE, NO_USAGE, WEIGHTS_ALL_ZERO, OUT_OF_RANGE or INVALID_FIELD.
    func resolve(_ component: AllocationComponent, index: Int) throws(Failure) -> Measured {
        let path = "components[\(index)]"
        let isIncluded = members.map { includes($0, component.scope) }
        let measured = try measure(component, isIncluded, path)
        var total: UInt64 = 0
        for value in measured.units {
            let (sum, overflow) = total.addingReportingOverflow(value)
            guard !overflow, sum <= Int64.max else {
                throw Failure(.outOfRange, "\(path): all figures together are too large; use a coarser unit")
            }
            total = sum
        }
        guard total > 0 else { throw allZero(component, path) }
        let allocated = AllocatedComponent(
            component: component, unit: measured.unit, scale: measured.scale, totalUnits: Int64(total),
            referenceDate: measured.referenceDate)
        return Measured(component: allocated, units: measured.units)
    }

    private func includes(_ party: PartyCode, _ scope: AllocationComponent.Scope) -> Bool {
        guard !exempt.contains(party) else { return false }
        return switch scope {
        case .allMembers: true
        case .adopters: inputs.adopters.contains(party)
        case .parties(let parties): parties.contains(party)
        }
    }

    private typealias Units = (unit: String, scale: Int, referenceDate: CivilDate?, units: [UInt64])

    private func measure(
        _ component: AllocationComponent, _ isIncluded: [Bool], _ path: String
    ) throws(Failure) -> Units {
        switch component.measure {
        case .equal:
            return ("parties", 0, nil, isIncluded.map { $0 ? 1 : 0 })
        case .ownership:
            guard let ownership = inputs.ownership else { throw .missing("ownership.shares") }
            var shares: [PartyCode: Fraction] = [:]
            for share in ownership.shares { shares[share.party] = share.share }
            return ("shares", 0, nil, try units(shares, isIncluded, "ownership.shares", isComplete: false))
        case .keyFigure(let kind, let rule):
            let day = try rule.day(forYear: inputs.year)
            let reference = KeyFigureReference(kind: kind, day: day)
            let figures = inputs.keyFigures[reference] ?? [:]
            let scaled = try units(figures, isIncluded, "key_figures")
            if scaled.found < members.count { try requireFigures(figures, reference, isIncluded) }
            return (kind.unit, scaled.scale, day, scaled.units)
        case .usage(let metric):
            let usage = inputs.usage[metric]
            let quantities = usage?.quantities ?? [:]
            let scaled = try units(quantities, isIncluded, "usage")
            if scaled.found < quantities.count { try requireUsageOfMembers(quantities) }
            return (usage?.unit ?? metric.text, scaled.scale, nil, scaled.units)
        case .weights(let weights):
            return ("parts", 0, nil, try units(weights, isIncluded, "\(path).weights", isComplete: true))
        }
    }

    /// Fractions as whole multiples of their common denominator.
    private func units(
        _ fractions: [PartyCode: Fraction], _ isIncluded: [Bool], _ field: String, isComplete: Bool
    ) throws(Failure) -> [UInt64] {
        var common = BigUInt.one
        for fraction in fractions.values where common.word != nil {
            common = common.leastCommonMultiple(with: fraction.denominator.magnitude)
        }
        var units: [UInt64] = []
        for (member, isIncluded) in zip(members, isIncluded) {
            let fraction = fractions[member]
            if isIncluded, isComplete, fraction == nil {
                throw .invalid(field, "must have a weight for \(member); give 0 if it bears nothing")
            }
            let share = isIncluded ? fraction ?? .zero : .zero
            let scaled = common.word.map {
                ($0 / share.denominator.magnitude).multipliedReportingOverflow(by: share.numerator.magnitude)
            }
            guard let scaled, !scaled.overflow else {
                throw .invalid(field, "need a common denominator that fits into 64 bits")
            }
            units.append(scaled.partialValue)
        }
        return units
    }

    /// Quantities in the finest scale that any of them has, and how many members have one.
    private func units(
        _ quantities: [PartyCode: Quantity], _ isIncluded: [Bool], _ field: String
    ) throws(Failure) -> (scale: Int, units: [UInt64], found: Int) {
        let scale = quantities.values.reduce(0) { max($0, $1.scale) }
        var units = [UInt64](repeating: 0, count: members.count)
        var found = 0
        for index in members.indices {
            guard let quantity = quantities[members[index]] else { continue }
            found += 1
            guard quantity.units >= 0 else {
                throw .invalid(field, "must not be negative: \(members[index]) has \(quantity)")
            }
            guard isIncluded[index] else { continue }
            let scaled = quantity.scale == scale ? quantity : try quantity.rescaled(to: scale)
            units[index] = scaled.units.magnitude
        }
        return (scale, units, found)
    }

    /// Throws NOT_A_MEMBER for usage of anybody who does not share the pool.
    private func requireUsageOfMembers(_ quantities: [PartyCode: Quantity]) throws(Failure) {
        for (party, quantity) in quantities where quantity.units != 0 { try requireMember(party, "usage") }
    }

    /// Throws one MISSING_KEY_FIGURE that names every member without a figure.
    private func requireFigures(
        _ figures: [PartyCode: Quantity], _ reference: KeyFigureReference, _ isIncluded: [Bool]
    ) throws(Failure) {
        var missing: [PartyCode] = []
        for (member, isIncluded) in zip(members, isIncluded) where isIncluded && figures[member] == nil {
            missing.append(member)
        }
        guard !missing.isEmpty else { return }
        let names = missing.prefix(5).map(\.text).joined(separator: ", ")
        let more = missing.count > 5 ? " and \(missing.count - 5) more" : ""
        throw Failure(
            .missingKeyFigure,
            "no figure for \(reference.kind.unit) on \(reference.day) for \(names)\(more); "
                + "record it and calculate again",
            metadata: [
                .init(key: "kind", value: reference.kind.rawValue),
                .init(key: "reference_date", value: reference.day.description),
                .init(key: "parties", value: names + more),
            ])
    }

    private func allZero(_ component: AllocationComponent, _ path: String) -> Failure {
        switch component.measure {
        case .usage(let metric):
            return Failure(
                .noUsage,
                "no usage of \(metric) in the period, so \(path) cannot be shared out by it; "
                    + "report the usage or agree on another key", metadata: [.init(key: "metric", value: metric.text)])
        default:
            return Failure(
                .weightsAllZero,
                "all figures of \(path) are zero, so nothing can be shared out by them; "
                    + "correct the figures or agree on another key", metadata: [.init(key: "component", value: path)])
        }
    }
}
