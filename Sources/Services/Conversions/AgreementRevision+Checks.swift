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

    /// What can be said of a pool without knowing the consortium; `PoolRule` reads the rest of the rule.
    private mutating func components(_ components: [API.AllocationComponent], field: String) {
        require(
            (1...Limits.allocationComponents).contains(components.count), field,
            "must name 1 to \(Limits.allocationComponents) components")
        for (index, component) in components.enumerated() {
            let path = "\(field)[\(index)]"
            if !component.hasWeight { missing(path + ".weight") }
            switch component.key {
            case .ownership(let key):
                _ = ids(key.application, in: ["consortia", "applications"], field: path + ".ownership.application")
            case .usage(let key):
                _ = ids(key.metric, in: ["consortia", "applications", "metrics"], field: path + ".usage.metric")
            case .equal, .keyFigure, .tier, .publishedKey, .weights: break
            case nil: missing(path + ".key")
            }
        }
    }
}
