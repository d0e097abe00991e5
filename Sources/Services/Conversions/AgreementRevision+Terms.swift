internal import API
internal import Domain
internal import Store

extension AgreementRevision {
    /// What the revision settles, for the domain's rules. Sums of money are in `currency`.
    func terms(currency: String, field: String) throws -> AgreementTerms {
        var rules: [String: AllocationRule] = [:]
        for (index, pool) in pools.enumerated() {
            rules[pool.pool.domainName] = try PoolRule(pool, field: "\(field).pools[\(index)]", currency: currency).rule
        }
        var checks = FieldChecks()
        let days = checks.range(valid, isSet: hasValid, needsEnd: false, field: field + ".valid")
        try checks.finish()
        guard let days else { throw Failure.missing(field + ".valid") }
        return AgreementTerms(
            valid: days, legalBasis: legalBasis, vat: treatment, pools: rules, guards: try rateGuards(field),
            carriedForward: Set(pools.filter { $0.balance == .carryForward }.map(\.pool.domainName)),
            partial: partialRule, exit: leaving)
    }

    /// How a party bears that is a member on some days of a period only.
    var partialRule: PeriodMembers.PartialRule {
        switch partialMembership {
        case .byMonths: .byMonths
        case .wholePeriod: .wholePeriod
        case .unspecified, .UNRECOGNIZED: .byDays
        }
    }

    /// What a party that leaves gets, or bears.
    var leaving: Domain.ExitTerms {
        switch exitTerms.share {
        case .ownership:
            Domain.ExitTerms(.ownership(application: exitTerms.application), isDeficitOnly: exitTerms.deficitOnly)
        case .lastSettlement: Domain.ExitTerms(.lastSettlement, isDeficitOnly: exitTerms.deficitOnly)
        case .unspecified, .UNRECOGNIZED: .nothing
        }
    }

    private var treatment: VATTreatment? {
        switch vatTreatment {
        case .notTaxable: .notTaxable(Set(vatConditions.compactMap(VATTreatment.Condition.init)))
        case .exempt: .exempt(provision: vatProvision)
        case .standard: .standard
        case .unspecified, .UNRECOGNIZED: nil
        }
    }

    /// The guards. Throws INVALID_FIELD, naming the one that cannot be.
    func rateGuards(_ field: String) throws -> [Domain.RateGuard] {
        try guards.enumerated().map { index, message in
            let path = "\(field).guards[\(index)]"
            switch message.guard {
            case .changesPerYear(let count):
                guard count >= 1 else { throw Failure.invalid(path + ".changes_per_year", "must be at least 1") }
                return .changesPerYear(Int(count))
            case .decidedBefore(let day):
                return .increaseDecidedBefore(
                    try ReferenceDateRule.DayOfYear(
                        month: Int(day.month), day: Int(day.day), field: path + ".decided_before"))
            case nil: throw Failure.missing(path + ".guard")
            }
        }
    }
}

extension VATTreatment.Condition {
    fileprivate init?(_ condition: VatCondition) {
        switch condition {
        case .longTermAgreement: self = .longTermAgreement
        case .commonInfrastructure: self = .commonInfrastructure
        case .costReimbursement: self = .costReimbursement
        case .mainlyPublicBodies: self = .mainlyPublicBodies
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }
}

extension AgreementRevisionRow {
    /// The state, as a rule of the domain.
    var domainState: Domain.AgreementRevisionState {
        get throws { try Domain.AgreementRevisionState(number: state) }
    }

    /// The days for which it holds.
    var valid: Domain.DateRange {
        get throws { try Domain.DateRange(validFrom, validUntil, field: "valid") }
    }
}
