internal import API
internal import Domain

extension FieldChecks {
    /// Checks a drafted revision by itself; its valid range.
    mutating func agreementRevision(_ revision: AgreementRevision, field: String) -> Domain.DateRange? {
        let valid = range(revision.valid, isSet: revision.hasValid, needsEnd: false, field: field + ".valid")
        enumeration(revision.vatTreatment, field: field + ".vat_treatment")
        var seenConditions: Set<Int> = []
        for (index, condition) in revision.vatConditions.enumerated() {
            let path = "\(field).vat_conditions[\(index)]"
            enumeration(condition, field: path)
            require(seenConditions.insert(condition.rawValue).inserted, path, "is named twice")
        }
        require(
            revision.vatTreatment == .notTaxable || revision.vatConditions.isEmpty, field + ".vat_conditions",
            "must be empty unless the amounts are not taxable")
        text(revision.vatProvision, field: field + ".vat_provision", length: 0...200)
        require(
            (revision.vatTreatment == .exempt) != revision.vatProvision.isEmpty, field + ".vat_provision",
            "must be given for what is exempt, and for nothing else")
        require(revision.guards.count <= 10, field + ".guards", "must be at most 10")
        rateGuards(revision, field)
        text(revision.legalBasis, field: field + ".legal_basis", length: 1...200)
        digest(revision.documentSha256, field: field + ".document_sha256", mayBeEmpty: true)
        known(revision.partialMembership, field: field + ".partial_membership")
        exitTerms(revision.exitTerms, field: field + ".exit_terms")
        if revision.pools.isEmpty { missing(field + ".pools") }
        var seen: Set<Int> = []
        for (index, pool) in revision.pools.enumerated() {
            let path = "\(field).pools[\(index)]"
            enumeration(pool.pool, field: path + ".pool")
            require(seen.insert(pool.pool.rawValue).inserted, path + ".pool", "is split twice")
            known(pool.balance, field: path + ".balance")
            components(pool.components, field: path + ".components")
        }
        return valid
    }

    private mutating func exitTerms(_ terms: API.ExitTerms, field: String) {
        known(terms.share, field: field + ".share")
        if terms.share == .ownership {
            _ = ids(terms.application, in: ["consortia", "applications"], field: field + ".application")
        } else {
            require(terms.application.isEmpty, field + ".application", "must be empty unless the share is of ownership")
        }
        require(
            terms.share != .unspecified || !terms.deficitOnly, field + ".deficit_only",
            "must be unset where there is no share")
    }

    private mutating func rateGuards(_ revision: AgreementRevision, _ field: String) {
        do {
            _ = try revision.rateGuards(field)
        } catch let failure as Failure {
            note(failure)
        } catch {
            invalid(field + ".guards", "cannot be read")
        }
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
