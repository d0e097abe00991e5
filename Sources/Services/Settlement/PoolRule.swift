internal import API
internal import Domain

/// The allocation of one pool as the domain's rule, with the resources its components name.
struct PoolRule {
    /// Usage that a component counts.
    struct NamedUsage {
        /// Resource name of the metric.
        let metric: String
        /// Under which id, over which days the domain knows it.
        let measure: UsageMeasure
    }

    let rule: AllocationRule
    /// The application whose owners bear by their shares.
    let ownedApplication: String?
    /// All usage that the rule needs, each once.
    let usage: [NamedUsage]
    /// The tables of the published keys it goes by.
    let publishedKeys: [PublishedKeyReference: AllocationInputs.Measured]

    /// Throws what is wrong with the fields of the pool; `field` is its path. Sums of money are in `currency`.
    init(_ pool: PoolAllocation, field: String, currency: String) throws {
        var reader = ComponentReader()
        var components: [Domain.AllocationComponent] = []
        for (index, component) in pool.components.enumerated() {
            components.append(try reader.component(component, "\(field).components[\(index)]"))
        }
        guard reader.applications.count <= 1 else {
            throw Failure(.infeasibleRule, "\(field): a pool can be split by the owners of one application only")
        }
        let steps = try pool.steps.enumerated().map { index, step in
            try step.domain("\(field).steps[\(index)]", currency)
        }
        rule = try AllocationRule(components, steps: steps, field: field)
        ownedApplication = reader.applications.first
        usage = reader.usage
        publishedKeys = reader.publishedKeys
    }
}

/// Reads components one after the other and collects what they name.
private struct ComponentReader {
    private(set) var applications: Set<String> = []
    private(set) var usage: [PoolRule.NamedUsage] = []
    private(set) var publishedKeys: [PublishedKeyReference: AllocationInputs.Measured] = [:]
    /// Metrics of several applications may share an id; the domain tells them apart by a number.
    private var metrics: [String: ResourceID] = [:]

    mutating func component(_ component: API.AllocationComponent, _ path: String) throws -> Domain.AllocationComponent {
        let weight = try Domain.Fraction(
            component.weight.numerator, component.weight.denominator, field: path + ".weight")
        let parties = try component.parties.enumerated().map { index, name in
            try PartyCode(resource: name, field: "\(path).parties[\(index)]")
        }
        return Domain.AllocationComponent(
            try measure(component, path), weight: weight, scope: parties.isEmpty ? .allMembers : .parties(Set(parties)))
    }

    private mutating func measure(
        _ component: API.AllocationComponent, _ path: String
    ) throws -> Domain.AllocationComponent.Measure {
        switch component.key {
        case .equal: return .equal
        case .ownership(let key):
            applications.insert(key.application)
            return .ownership
        case .keyFigure(let key):
            return .keyFigure(try key.domainKind(path + ".key_figure"), try key.domainRule(path + ".key_figure"))
        case .usage(let key): return .usage(try usage(key, path + ".usage"))
        case .tier(let key):
            let figure = path + ".tier.key_figure"
            let kind = try key.keyFigure.domainKind(figure)
            return .tier(kind, try key.keyFigure.domainRule(figure), try key.brackets(of: kind, path + ".tier.classes"))
        case .publishedKey(let key): return try publishedKey(key, path + ".published_key")
        case .weights(let key): return .weights(ByParty(try key.weights.fractions(path + ".weights.weights")))
        case nil: throw Failure.missing(path + ".key")
        }
    }

    private mutating func usage(_ key: UsageComponent, _ path: String) throws -> UsageMeasure {
        let id = try metrics[key.metric] ?? id(of: key.metric)
        metrics[key.metric] = id
        let window: UsageMeasure.Window
        switch key.window {
        case .unspecified: window = .period
        case .previousYear: window = .previousYear
        case .fixed:
            var checks = FieldChecks()
            let days = checks.range(key.days, isSet: key.hasDays, needsEnd: true, field: path + ".days")
            try checks.finish()
            guard let days else { throw Failure.missing(path + ".days") }
            window = .fixed(days)
        case .UNRECOGNIZED(let value): throw Failure.invalid(path + ".window", "has the unknown value \(value)")
        }
        let measure = UsageMeasure(id, window: window)
        if !usage.contains(where: { $0.measure == measure }) {
            usage.append(PoolRule.NamedUsage(metric: key.metric, measure: measure))
        }
        return measure
    }

    /// An id that says which metric it is, wherever that can be an id and no other metric of the rule has it.
    private func id(of metric: String) throws -> ResourceID {
        let parts = metric.split(separator: "/")
        if parts.count == 6, let id = try? ResourceID("\(parts[3])-\(parts[5])", field: "metric"),
            !metrics.values.contains(id)
        {
            return id
        }
        return try ResourceID("metric-\(metrics.count + 1)", field: "metric")
    }

    private mutating func publishedKey(
        _ key: PublishedKeyComponent, _ path: String
    ) throws -> Domain.AllocationComponent.Measure {
        let name = try ResourceID(key.publishedKey, field: path + ".published_key")
        var checks = FieldChecks()
        checks.text(key.unit, field: path + ".unit", length: 1...20)
        checks.text(key.source, field: path + ".source", length: 1...200)
        checks.require(
            Domain.CivilDate.years.contains(Int(key.year)), path + ".year", "must be a calendar year, not \(key.year)")
        if key.parts.isEmpty { checks.missing(path + ".parts") }
        try checks.finish()
        var quantities: [PartyCode: Quantity] = [:]
        for (party, fraction) in try key.parts.fractions(path + ".parts") {
            quantities[party] = try Quantity(exactly: fraction, field: path + ".parts")
        }
        let reference = PublishedKeyReference(name: name, year: Int(key.year))
        let table = AllocationInputs.Measured(unit: key.unit, PartyFigures(quantities, source: key.source))
        if let first = publishedKeys.updateValue(table, forKey: reference), first != table {
            throw Failure.invalid(path + ".parts", "differ from the other table of \(name) of \(key.year)")
        }
        return .publishedKey(name, .fixed(Int(key.year)))
    }
}

extension [PartyWeight] {
    /// The weights by party. Throws for a party that is named twice.
    fileprivate func fractions(_ path: String) throws -> [PartyCode: Domain.Fraction] {
        var fractions: [PartyCode: Domain.Fraction] = [:]
        for (index, weight) in enumerated() {
            let party = try PartyCode(resource: weight.party, field: "\(path)[\(index)].party")
            let fraction = try Domain.Fraction(
                weight.weight.numerator, weight.weight.denominator, field: "\(path)[\(index)].weight")
            guard fractions.updateValue(fraction, forKey: party) == nil else {
                throw Failure.invalid("\(path)[\(index)].party", "names \(weight.party) a second time")
            }
        }
        return fractions
    }
}

extension PartyCode {
    /// The code of a resource name, parties/{party_code}.
    init(resource name: String, field: String) throws {
        try self.init(ResourceName.id(name, in: "parties", field: field), field: field)
    }
}
