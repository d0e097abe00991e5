internal import API
internal import Domain

/// The allocation of one pool as the domain's rule, with the resources its components name.
struct PoolRule {
    let rule: AllocationRule
    /// The application whose owners bear by their shares.
    let ownedApplication: String?
    /// Metrics by resource name, each with the id under which the domain knows it.
    let metrics: [String: ResourceID]

    init(_ pool: PoolAllocation, revision: AgreementRevision) throws {
        var components: [Domain.AllocationComponent] = []
        var applications: Set<String> = []
        var metrics: [String: ResourceID] = [:]
        for component in pool.components {
            let weight = try Domain.Fraction(
                component.weight.numerator, component.weight.denominator, field: "weight")
            switch component.key {
            case .ownership(let key):
                applications.insert(key.application)
                components.append(.init(.ownership, weight: weight))
            case .keyFigure(let key):
                components.append(.init(.keyFigure(try key.domainKind, try key.domainRule), weight: weight))
            case .usage(let key):
                // Metrics of several applications may share an id; the domain tells them apart by a number.
                let id = try metrics[key.metric] ?? ResourceID("metric-\(metrics.count + 1)", field: "metric")
                metrics[key.metric] = id
                components.append(.init(.usage(metric: id), weight: weight))
            case .equal, nil:
                components.append(.init(.equal, weight: weight))
            }
        }
        guard applications.count <= 1 else {
            throw Failure(.infeasibleRule, "a pool can be split by the owners of one application only")
                .about("agreement revision", revision.name)
        }
        rule = try AllocationRule(components, field: "components")
        ownedApplication = applications.first
        self.metrics = metrics
    }
}

extension KeyFigureComponent {
    fileprivate var domainKind: Domain.KeyFigureKind {
        get throws {
            switch kind {
            case .inhabitants: .inhabitants
            case .area: .area
            case .pupils: .pupils
            case .cases: .cases
            case .taxCapacity: .taxCapacity
            case .unspecified, .UNRECOGNIZED: throw Failure.missing("kind")
            }
        }
    }

    fileprivate var domainRule: Domain.ReferenceDateRule {
        get throws {
            switch referenceDateRule {
            case .previousJune30: .june30OfPreviousYear
            case .previousDecember31: .december31OfPreviousYear
            case .previousJanuary1: .january1OfPreviousYear
            case .fixed:
                .fixed(
                    try Domain.CivilDate(
                        year: Int(fixedDate.year), month: Int(fixedDate.month), day: Int(fixedDate.day),
                        field: "fixed_date"))
            case .unspecified, .UNRECOGNIZED: throw Failure.missing("reference_date_rule")
            }
        }
    }
}

extension API.KeyFigureKind {
    init(_ kind: Domain.KeyFigureKind) {
        switch kind {
        case .inhabitants: self = .inhabitants
        case .area: self = .area
        case .pupils: self = .pupils
        case .cases: self = .cases
        case .taxCapacity: self = .taxCapacity
        }
    }
}

extension Domain.KeyFigureKind {
    /// Digits after the point in stored values: areas are kept in hectares, tax capacity in cents.
    var storedScale: Int {
        switch self {
        case .area, .taxCapacity: 2
        case .inhabitants, .pupils, .cases: 0
        }
    }
}
