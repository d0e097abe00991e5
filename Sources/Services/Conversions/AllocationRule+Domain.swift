internal import API
internal import Domain

extension KeyFigureComponent {
    func domainKind(_ path: String) throws -> Domain.KeyFigureKind {
        try Domain.KeyFigureKind(kind, field: path + ".kind")
    }

    func domainRule(_ path: String) throws -> Domain.ReferenceDateRule {
        switch referenceDateRule {
        case .previousJune30: return .june30OfPreviousYear
        case .previousDecember31: return .december31OfPreviousYear
        case .previousJanuary1: return .january1OfPreviousYear
        case .schoolStatistics:
            return .schoolStatistics(
                try Domain.ReferenceDateRule.DayOfYear(
                    month: Int(schoolDay.month), day: Int(schoolDay.day), field: path + ".school_day"))
        case .fixed:
            if !hasFixedDate { throw Failure.missing(path + ".fixed_date") }
            return .fixed(
                try Domain.CivilDate(
                    year: Int(fixedDate.year), month: Int(fixedDate.month), day: Int(fixedDate.day),
                    field: path + ".fixed_date"))
        case .unspecified: throw Failure.missing(path + ".reference_date_rule")
        case .UNRECOGNIZED(let value):
            throw Failure.invalid(path + ".reference_date_rule", "has the unknown value \(value)")
        }
    }
}

extension TierComponent {
    /// The classes, with bounds in the unit in which figures of the kind are kept; 0 stands for no bound.
    func brackets(of kind: Domain.KeyFigureKind, _ path: String) throws -> Brackets {
        try Brackets(
            classes.map { size in
                let bound = try Quantity(units: size.upperBound, scale: kind.storedScale, field: path)
                return Brackets.Bracket(
                    upTo: size.upperBound == 0 ? nil : .init(bound, isIncluded: size.includesUpperBound),
                    points: Quantity(size.points))
            }, field: path)
    }
}

extension API.AllocationStep {
    /// Throws what is wrong with the step; sums must be in `currency`.
    func domain(_ path: String, _ currency: String) throws -> Domain.AllocationStep {
        switch step {
        case .precharge(let step):
            return .precharge(
                try PartyCode(resource: step.party, field: path + ".precharge.party"),
                try Domain.Fraction(
                    step.share.numerator, step.share.denominator, field: path + ".precharge.share"))
        case .fixed(let step):
            return .fixed(
                try PartyCode(resource: step.party, field: path + ".fixed.party"),
                try step.amount.minorUnits(in: currency, field: path + ".fixed.amount"))
        case .cap(let limit):
            let (target, size) = try limit.domain(path + ".cap", currency)
            return .cap(target, size)
        case .floor(let limit):
            let (target, size) = try limit.domain(path + ".floor", currency)
            return .floor(target, size)
        case .exempt(let step): return .exempt(try PartyCode(resource: step.party, field: path + ".exempt.party"))
        case nil: throw Failure.missing(path + ".step")
        }
    }
}

extension LineLimit {
    fileprivate func domain(
        _ path: String, _ currency: String
    ) throws -> (Domain.AllocationStep.Target, Domain.AllocationStep.Limit) {
        let target: Domain.AllocationStep.Target =
            party.isEmpty ? .everyone : .party(try PartyCode(resource: party, field: path + ".party"))
        switch limit {
        case .amount(let amount): return (target, .amount(try amount.minorUnits(in: currency, field: path + ".amount")))
        case .share(let share):
            return (target, .share(try Domain.Fraction(share.numerator, share.denominator, field: path + ".share")))
        case nil: throw Failure.missing(path + ".limit")
        }
    }
}

extension API.Money {
    fileprivate func minorUnits(in currency: String, field: String) throws -> Int64 {
        guard self.currency == currency else {
            throw Failure.invalid(field + ".currency", "must be \(currency), as for the consortium")
        }
        return minorUnits
    }
}

extension Domain.KeyFigureKind {
    init(_ kind: API.KeyFigureKind, field: String) throws {
        switch kind {
        case .inhabitants: self = .inhabitants
        case .area: self = .area
        case .pupils: self = .pupils
        case .cases: self = .cases
        case .taxCapacity: self = .taxCapacity
        case .unspecified: throw Failure.missing(field)
        case .UNRECOGNIZED(let value): throw Failure.invalid(field, "has the unknown value \(value)")
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
