internal import API
internal import Domain

extension FieldChecks {
    /// A majority; nil where it is not well formed, which is noted.
    mutating func majority(_ rule: API.MajorityRule, isSet: Bool = true, field: String) -> Domain.MajorityRule? {
        guard isSet else {
            missing(field)
            return nil
        }
        guard let read = part(rule, depth: 1, field: field) else { return nil }
        require(
            read.partCount <= Domain.MajorityRule.maximumParts, field,
            "must have at most \(Domain.MajorityRule.maximumParts) parts")
        return read
    }

    private mutating func part(_ rule: API.MajorityRule, depth: Int, field: String) -> Domain.MajorityRule? {
        guard depth <= Domain.MajorityRule.maximumDepth else {
            invalid(field, "must be at most \(Domain.MajorityRule.maximumDepth) deep")
            return nil
        }
        switch rule.rule {
        case .simplePresent(let simple): return .simplePresent(abstentionsCount: simple.abstentionsCount)
        case .qualifiedStatutory(let qualified):
            return votingShare(
                qualified.share, isSet: qualified.hasShare, mayBeAll: !qualified.moreThan,
                field: field + ".qualified_statutory.share"
            ).map { .qualifiedStatutory($0, moreThan: qualified.moreThan) }
        case .unanimous: return .unanimous
        case .doubleMajority(let double):
            let path = field + ".double_majority"
            let heads = votingShare(double.heads, isSet: double.hasHeads, field: path + ".heads")
            let votes = votingShare(double.votes, isSet: double.hasVotes, field: path + ".votes")
            guard let heads, let votes else { return nil }
            return .double(heads: heads, votes: votes)
        case .consentOf(let consent):
            let path = field + ".consent_of.party"
            return id(consent.party, in: "parties", field: path)
                .flatMap { value(PartyCode.self, $0, field: path) }.map { .consentOf($0) }
        case .quorum(let quorum):
            return votingShare(quorum.share, isSet: quorum.hasShare, field: field + ".quorum.share").map { .quorum($0) }
        case .allOf(let all): return parts(all, depth: depth, field: field + ".all_of").map { .allOf($0) }
        case .anyOf(let any): return parts(any, depth: depth, field: field + ".any_of").map { .anyOf($0) }
        case nil:
            missing(field)
            return nil
        }
    }

    private mutating func parts(_ rules: MajorityRules, depth: Int, field: String) -> [Domain.MajorityRule]? {
        guard (1...Domain.MajorityRule.maximumParts).contains(rules.rules.count) else {
            invalid(field + ".rules", "must name 1 to \(Domain.MajorityRule.maximumParts) rules")
            return nil
        }
        var read: [Domain.MajorityRule] = []
        for (index, rule) in rules.rules.enumerated() {
            guard let rule = part(rule, depth: depth + 1, field: "\(field).rules[\(index)]") else { return nil }
            read.append(rule)
        }
        return read
    }

    /// A part of the votes, above 0 and at most 1.
    mutating func votingShare(
        _ share: API.Fraction, isSet: Bool, mayBeAll: Bool = true, field: String
    ) -> Domain.Fraction? {
        guard isSet else {
            missing(field)
            return nil
        }
        guard let fraction = fraction(share, field: field) else { return nil }
        guard fraction > .zero, mayBeAll ? fraction <= .one : fraction < .one else {
            invalid(field, "must be above 0 and \(mayBeAll ? "at most" : "below") 1, not \(fraction)")
            return nil
        }
        return fraction
    }
}

extension API.MajorityRule {
    init(_ rule: Domain.MajorityRule) {
        self.init()
        switch rule {
        case .simplePresent(let abstentionsCount): simplePresent.abstentionsCount = abstentionsCount
        case .qualifiedStatutory(let share, let moreThan):
            qualifiedStatutory.share = API.Fraction(share)
            qualifiedStatutory.moreThan = moreThan
        case .unanimous: unanimous = UnanimousRule()
        case .double(let heads, let votes):
            doubleMajority.heads = API.Fraction(heads)
            doubleMajority.votes = API.Fraction(votes)
        case .consentOf(let party): consentOf.party = "parties/" + party.text
        case .quorum(let share): quorum.share = API.Fraction(share)
        case .allOf(let rules): allOf.rules = rules.map(API.MajorityRule.init)
        case .anyOf(let rules): anyOf.rules = rules.map(API.MajorityRule.init)
        }
        if case .simplePresent = rule, self.rule == nil { simplePresent = SimplePresent() }
    }
}
