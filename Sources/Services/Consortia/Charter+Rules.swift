internal import API
internal import Domain

extension Charter {
    /// The charter of a consortium that gives itself none: two thirds of all statutory votes to admit, to amend and to
    /// dissolve, everyone for ownership, more than half of all votes for the rest; notice of a year to the end of the
    /// fiscal year; the office publishes releases and appoints auditors.
    static let standard: Charter = {
        var charter = Charter()
        let twoThirds = Domain.Fraction(2, 3).map { Domain.MajorityRule.qualifiedStatutory($0, moreThan: false) }
        let majorities: [(ChangeKind, Domain.MajorityRule)] =
            [(.setOwnership, .unanimous)]
            + [.admitMember, .amendCharter, .dissolveConsortium].map { ($0, twoThirds ?? .unanimous) }
        charter.majorities = majorities.map { kind, rule in
            var majority = MajorityFor()
            majority.kind = kind
            majority.rule = API.MajorityRule(rule)
            return majority
        }
        charter.otherMajority = API.MajorityRule(.absolute)
        charter.votingDays = 30
        charter.notice.months = 12
        charter.notice.exitDay = .endOfFiscalYear
        charter.officePublishesReleases = true
        charter.officeAppointsAuditors = true
        return charter
    }()

    /// The charter with what it leaves out as in the standard one: majorities, voting days, notice.
    func completed() -> Charter {
        var whole = self
        if !hasOtherMajority {
            whole.otherMajority = Charter.standard.otherMajority
            let named = Set(majorities.map(\.kind.rawValue))
            whole.majorities += Charter.standard.majorities.filter { !named.contains($0.kind.rawValue) }
        }
        if votingDays == 0 { whole.votingDays = Charter.standard.votingDays }
        if !hasNotice { whole.notice = Charter.standard.notice }
        return whole
    }

    /// The majority for a kind of change, with the quorum that every ballot needs.
    func majority(for kind: ChangeKind) throws -> Domain.MajorityRule {
        // Nobody is bound by a charter before the founding.
        if kind == .foundConsortium { return .unanimous }
        let named = majorities.first { $0.kind == kind }?.rule
        // Who adopts an agreement may end it, where the charter does not say otherwise.
        if named == nil, kind == .terminateAgreement { return try majority(for: .adoptAgreementRevision) }
        let stored = named ?? otherMajority
        var checks = FieldChecks()
        let rule = checks.majority(stored, field: "charter.majorities")
        let share = hasQuorum ? checks.votingShare(quorum, isSet: true, field: "charter.quorum") : nil
        try checks.finish()
        guard let share else { return rule! }
        return .allOf([rule!, .quorum(share)])
    }

    /// How a member leaves.
    var noticeRule: Domain.NoticeRule {
        let exitDay: Domain.NoticeRule.ExitDay =
            switch notice.exitDay {
            case .endOfQuarter: .endOfQuarter
            case .endOfMonth: .endOfMonth
            case .any: .any
            case .endOfFiscalYear, .unspecified, .UNRECOGNIZED: .endOfFiscalYear
            }
        return Domain.NoticeRule(
            months: Int(notice.months), exitDay: exitDay, minimumMonths: Int(notice.minimumMonths))
    }

    /// What a joiner pays. The charter was checked: its sums are in the consortium's currency.
    func buyInRule(_ currency: Currency) -> Domain.BuyInRule {
        func money(_ money: API.Money) -> Domain.Money { Money(minorUnits: money.minorUnits, currency: currency) }
        return switch buyIn.rule {
        case .fixed(let sum): .fixed(money(sum))
        case .jointValue(let value): .jointValue(money(value))
        case .perInhabitant(let sum): .perInhabitant(money(sum))
        case nil: .none
        }
    }
}

extension FieldChecks {
    /// Checks a charter by itself.
    mutating func charter(_ charter: Charter, currency: String, field: String) {
        var seen: Set<Int> = []
        for (index, majority) in charter.majorities.enumerated() {
            let path = "\(field).majorities[\(index)]"
            enumeration(majority.kind, field: path + ".kind")
            require(majority.kind != .foundConsortium, path + ".kind", "cannot be founding, which is always unanimous")
            require(seen.insert(majority.kind.rawValue).inserted, path + ".kind", "is named twice")
            _ = self.majority(majority.rule, isSet: majority.hasRule, field: path + ".rule")
        }
        _ = majority(charter.otherMajority, isSet: charter.hasOtherMajority, field: field + ".other_majority")
        if charter.hasQuorum { _ = votingShare(charter.quorum, isSet: true, field: field + ".quorum") }
        require((1...366).contains(charter.votingDays), field + ".voting_days", "must be between 1 and 366")
        if !charter.hasNotice { missing(field + ".notice") }
        require((0...120).contains(charter.notice.months), field + ".notice.months", "must be between 0 and 120")
        require(
            (0...240).contains(charter.notice.minimumMonths), field + ".notice.minimum_months",
            "must be between 0 and 240")
        if charter.hasNotice { enumeration(charter.notice.exitDay, field: field + ".notice.exit_day") }
        switch charter.buyIn.rule {
        case .fixed(let sum): self.sum(sum, currency: currency, field: field + ".buy_in.fixed")
        case .jointValue(let sum): self.sum(sum, currency: currency, field: field + ".buy_in.joint_value")
        case .perInhabitant(let sum): self.sum(sum, currency: currency, field: field + ".buy_in.per_inhabitant")
        case nil: break
        }
        digest(charter.documentSha256, field: field + ".document_sha256", mayBeEmpty: true)
        let retention = charter.usageRetentionMonths
        require(
            retention == 0 || Limits.usageRetention.contains(retention), field + ".usage_retention_months",
            "must be 0 or between \(Limits.usageRetention.lowerBound) and \(Limits.usageRetention.upperBound)")
    }

    /// A sum that is not negative, in a consortium's currency.
    mutating func sum(_ money: API.Money, currency: String, field: String) {
        require(money.minorUnits >= 0, field + ".minor_units", "must not be negative")
        require(money.currency == currency, field + ".currency", "must be \(currency), not \"\(money.currency)\"")
    }
}
