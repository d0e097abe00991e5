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
                for party in weights.parties { try requireMember(party, "components[\(index)].weights") }
            case .equal, .keyFigure, .usage, .tier, .publishedKey: break
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
        var measured = try measure(component, isIncluded, path)
        let presence = Self.isCounted(component.measure) ? inputs.presence : nil
        if let presence { try multiply(&measured.units, by: presence, path) }
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
            component: component, unit: measured.unit, presence: presence, scale: measured.scale,
            totalUnits: Int64(total),
            referenceDate: measured.referenceDate, publishedKey: measured.publishedKey, figures: measured.figures)
        return Measured(component: allocated, units: measured.units)
    }

    /// Usage of the period itself was counted while a party was a member; every other key stands for the whole period.
    private static func isCounted(_ measure: AllocationComponent.Measure) -> Bool {
        if case .usage(let key) = measure { return key.window != .period }
        return true
    }

    private func multiply(_ units: inout [UInt64], by presence: Presence, _ path: String) throws(Failure) {
        for (member, party) in members.enumerated() {
            let (product, overflow) = units[member].multipliedReportingOverflow(by: UInt64(presence.part(of: party)))
            guard !overflow else {
                throw Failure(.outOfRange, "\(path): the figures are too large to count by \(presence.unit)")
            }
            units[member] = product
        }
    }

    private func includes(_ party: PartyCode, _ scope: AllocationComponent.Scope) -> Bool {
        guard !exempt.contains(party) else { return false }
        return switch scope {
        case .allMembers: true
        case .adopters: inputs.adopters.contains(party)
        case .parties(let parties): parties.contains(party)
        }
    }

    private struct Units {
        var unit: String
        var scale = 0
        var referenceDate: CivilDate?
        var publishedKey: PublishedKeyReference?
        var figures: PartyFigures?
        var units: [UInt64]
    }

    private func measure(
        _ component: AllocationComponent, _ isIncluded: [Bool], _ path: String
    ) throws(Failure) -> Units {
        switch component.measure {
        case .equal:
            return Units(unit: "parties", units: isIncluded.map { $0 ? 1 : 0 })
        case .ownership:
            guard let ownership = inputs.ownership else { throw .missing("ownership.shares") }
            var shares: [PartyCode: Fraction] = [:]
            for share in ownership.shares { shares[share.party] = share.share }
            let units = try units(ByParty(shares), isIncluded, "ownership.shares", isComplete: false)
            return Units(unit: "shares", units: units)
        case .keyFigure(let kind, let rule):
            let (day, figures) = try keyFigures(kind, rule, isIncluded)
            let scaled = try units(figures, isIncluded, "key_figures")
            return Units(
                unit: kind.unit, scale: scaled.scale, referenceDate: day, figures: figures, units: scaled.units)
        case .tier(let kind, let rule, let brackets):
            let (day, figures) = try keyFigures(kind, rule, isIncluded)
            return Units(
                unit: "points", scale: brackets.scale, referenceDate: day, figures: figures,
                units: try points(figures, brackets, isIncluded))
        case .usage(let key):
            let usage = inputs.usage[key]
            let figures = usage?.figures ?? .none
            let scaled = try units(figures, isIncluded, "usage")
            if scaled.found < figures.quantities.count { try requireMembers(figures, "usage") }
            return Units(
                unit: usage?.unit ?? key.metric.text, scale: scaled.scale, figures: figures, units: scaled.units)
        case .publishedKey(let name, let year):
            return try publishedKey(
                PublishedKeyReference(name: name, year, chargedYear: inputs.year), isIncluded, path)
        case .weights(let weights):
            return Units(
                unit: "parts", units: try units(weights, isIncluded, "\(path).weights", isComplete: true))
        }
    }

    private func keyFigures(
        _ kind: KeyFigureKind, _ rule: ReferenceDateRule, _ isIncluded: [Bool]
    ) throws(Failure) -> (CivilDate, PartyFigures) {
        let day = try rule.day(forYear: inputs.year)
        let reference = KeyFigureReference(kind: kind, day: day)
        let figures = inputs.keyFigures[reference] ?? .none
        if figures.quantities.parties != members { try requireFigures(figures, reference, isIncluded) }
        return (day, figures)
    }

    /// A key without a part for one of the members would let it share for nothing; strangers in it are usual, as one
    /// key serves many consortia.
    private func publishedKey(
        _ reference: PublishedKeyReference, _ isIncluded: [Bool], _ path: String
    ) throws(Failure) -> Units {
        guard let key = inputs.publishedKeys[reference] else {
            throw Failure(
                .missingKeyFigure,
                "no key \(reference.name) of \(reference.year) for \(path); record it and calculate again",
                metadata: [
                    .init(key: "published_key", value: reference.name.text),
                    .init(key: "year", value: String(reference.year)),
                ])
        }
        let lacking = missing(key.figures, isIncluded)
        guard lacking.isEmpty else {
            throw Failure(
                .missingKeyFigure,
                "the key \(reference.name) of \(reference.year) has no part for \(Self.names(lacking)); "
                    + "limit \(path) to the parties it names",
                metadata: [.init(key: "parties", value: Self.names(lacking))])
        }
        let scaled = try units(key.figures, isIncluded, "published_keys")
        return Units(
            unit: key.unit, scale: scaled.scale, publishedKey: reference, figures: key.figures, units: scaled.units)
    }

    /// Each party's points; a negative figure falls into no bracket.
    private func points(
        _ figures: PartyFigures, _ brackets: Brackets, _ isIncluded: [Bool]
    ) throws(Failure) -> [UInt64] {
        var points = [UInt64](repeating: 0, count: members.count)
        for (member, position) in figures.quantities.positions(of: members).enumerated() where position >= 0 {
            let figure = figures.quantities.values[position]
            guard figure.units >= 0 else { throw negative(figure, members[member], "key_figures") }
            if isIncluded[member] { points[member] = brackets.units[brackets.index(of: figure)] }
        }
        return points
    }

    /// Fractions as whole multiples of their common denominator.
    private func units(
        _ fractions: ByParty<Fraction>, _ isIncluded: [Bool], _ field: String, isComplete: Bool
    ) throws(Failure) -> [UInt64] {
        var common = BigUInt.one
        for fraction in fractions.values where common.word != nil {
            common = common.leastCommonMultiple(with: fraction.denominator.magnitude)
        }
        guard let denominator = common.word else { throw Self.noCommonDenominator(field) }
        var units = [UInt64](repeating: 0, count: members.count)
        for (member, position) in fractions.positions(of: members).enumerated() where isIncluded[member] {
            guard position >= 0 else {
                guard isComplete else { continue }
                throw .invalid(field, "must have a weight for \(members[member]); give 0 if it bears nothing")
            }
            let share = fractions.values[position]
            let scaled = (denominator / share.denominator.magnitude)
                .multipliedReportingOverflow(by: share.numerator.magnitude)
            guard !scaled.overflow else { throw Self.noCommonDenominator(field) }
            units[member] = scaled.partialValue
        }
        return units
    }

    private static func noCommonDenominator(_ field: String) -> Failure {
        .invalid(field, "need a common denominator that fits into 64 bits")
    }

    /// Quantities in the finest scale that any of them has, and how many members have one.
    private func units(
        _ figures: PartyFigures, _ isIncluded: [Bool], _ field: String
    ) throws(Failure) -> (scale: Int, units: [UInt64], found: Int) {
        let quantities = figures.quantities.values
        let scale = quantities.reduce(0) { max($0, $1.scale) }
        var units = [UInt64](repeating: 0, count: members.count)
        var found = 0
        for (member, position) in figures.quantities.positions(of: members).enumerated() where position >= 0 {
            let quantity = quantities[position]
            found += 1
            guard quantity.units >= 0 else { throw negative(quantity, members[member], field) }
            guard isIncluded[member] else { continue }
            units[member] = try (quantity.scale == scale ? quantity : quantity.rescaled(to: scale)).units.magnitude
        }
        return (scale, units, found)
    }

    private func negative(_ quantity: Quantity, _ party: PartyCode, _ field: String) -> Failure {
        .invalid(field, "must not be negative: \(party) has \(quantity)")
    }

    /// Throws NOT_A_MEMBER for figures of anybody who does not share the pool.
    private func requireMembers(_ figures: PartyFigures, _ field: String) throws(Failure) {
        for (party, quantity) in zip(figures.quantities.parties, figures.quantities.values) where quantity.units != 0 {
            try requireMember(party, field)
        }
    }

    /// Who has part in the component and no figure.
    private func missing(_ figures: PartyFigures, _ isIncluded: [Bool]) -> [PartyCode] {
        var missing: [PartyCode] = []
        for (member, position) in figures.quantities.positions(of: members).enumerated()
        where isIncluded[member] && position < 0 {
            missing.append(members[member])
        }
        return missing
    }

    private static func names(_ parties: [PartyCode]) -> String {
        let names = parties.prefix(5).map(\.text).joined(separator: ", ")
        return parties.count > 5 ? "\(names) and \(parties.count - 5) more" : names
    }

    /// Throws one MISSING_KEY_FIGURE that names every member without a figure.
    private func requireFigures(
        _ figures: PartyFigures, _ reference: KeyFigureReference, _ isIncluded: [Bool]
    ) throws(Failure) {
        let missing = missing(figures, isIncluded)
        guard !missing.isEmpty else { return }
        let names = Self.names(missing)
        throw Failure(
            .missingKeyFigure,
            "no figure for \(reference.kind.unit) on \(reference.day) for \(names); "
                + "record it and calculate again",
            metadata: [
                .init(key: "kind", value: reference.kind.rawValue),
                .init(key: "reference_date", value: reference.day.description),
                .init(key: "parties", value: names),
            ])
    }

    private func allZero(_ component: AllocationComponent, _ path: String) -> Failure {
        switch component.measure {
        case .usage(let key):
            return Failure(
                .noUsage,
                "no usage of \(key.metric) in the period, so \(path) cannot be shared out by it; "
                    + "report the usage or agree on another key",
                metadata: [.init(key: "metric", value: key.metric.text)])
        default:
            return Failure(
                .weightsAllZero,
                "all figures of \(path) are zero, so nothing can be shared out by them; "
                    + "correct the figures or agree on another key", metadata: [.init(key: "component", value: path)])
        }
    }
}
