internal import API
internal import Domain

extension FieldChecks {
    /// Checks a drafted revision by itself; its valid range.
    mutating func agreementRevision(_ revision: AgreementRevision, field: String) -> Domain.DateRange? {
        let valid = range(revision.valid, isSet: revision.hasValid, needsEnd: false, field: field + ".valid")
        enumeration(revision.vatTreatment, field: field + ".vat_treatment")
        text(revision.legalBasis, field: field + ".legal_basis", length: 1...200)
        digest(revision.documentSha256, field: field + ".document_sha256", mayBeEmpty: true)
        if revision.pools.isEmpty { missing(field + ".pools") }
        var seen: Set<Int> = []
        for (index, pool) in revision.pools.enumerated() {
            let path = "\(field).pools[\(index)]"
            enumeration(pool.pool, field: path + ".pool")
            require(seen.insert(pool.pool.rawValue).inserted, path + ".pool", "is split twice")
            components(pool.components, field: path + ".components")
        }
        return valid
    }

    private mutating func components(_ components: [API.AllocationComponent], field: String) {
        require(
            (1...Limits.allocationComponents).contains(components.count), field,
            "must name 1 to \(Limits.allocationComponents) components")
        var weights: [Domain.Fraction] = []
        for (index, component) in components.enumerated() {
            let path = "\(field)[\(index)]"
            if component.hasWeight, let weight = fraction(component.weight, field: path + ".weight") {
                require(weight.isShare && weight != .zero, path + ".weight", "must be greater than 0 and at most 1")
                weights.append(weight)
            } else if !component.hasWeight {
                missing(path + ".weight")
            }
            key(component, field: path)
        }
        guard weights.count == components.count, !weights.isEmpty else { return }
        let sum = Domain.Fraction.sum(weights)
        if sum.fraction != .one {
            note(
                .invalid(
                    field, "have weights that sum to \(sum) (\(sum.percent())), not to exactly 1",
                    reason: .weightsDoNotSumToOne))
        }
    }

    private mutating func key(_ component: API.AllocationComponent, field: String) {
        switch component.key {
        case .equal: break
        case .ownership(let key):
            _ = ids(key.application, in: ["consortia", "applications"], field: field + ".ownership.application")
        case .keyFigure(let key):
            enumeration(key.kind, field: field + ".key_figure.kind")
            enumeration(key.referenceDateRule, field: field + ".key_figure.reference_date_rule")
            if key.referenceDateRule == .fixed {
                _ = date(key.fixedDate, isSet: key.hasFixedDate, field: field + ".key_figure.fixed_date")
            }
        case .usage(let key):
            _ = ids(key.metric, in: ["consortia", "applications", "metrics"], field: field + ".usage.metric")
        case nil: missing(field + ".key")
        }
    }
}
