internal import API
internal import ArgumentParser

/// A majority as people write it: rules of one thing each, joined by `and` or `or`, of which `and` binds closer.
///
///     unanimous
///     2/3                      at least two thirds of all statutory votes
///     >1/2                     more than half of them
///     simple                   more yes than no; `simple with abstentions`: more yes than no and abstentions
///     double 11/16 2/3         by heads and by votes
///     consent 09473132         of one party
///     2/3 and quorum 1/2
enum MajorityText {
    static func rule(_ text: String) throws -> MajorityRule {
        let words = text.split(separator: " ").map(String.init)
        let alternatives = try words.split(separator: "or", omittingEmptySubsequences: false).map { words in
            joined(try words.split(separator: "and", omittingEmptySubsequences: false).map { try part(Array($0)) }) {
                $0.allOf.rules = $1
            }
        }
        return joined(alternatives) { $0.anyOf.rules = $1 }
    }

    /// `admit-member=2/3`: a kind of change and its majority.
    static func majority(_ text: String) throws -> MajorityFor {
        guard let equals = text.firstIndex(of: "="),
            let kind = Choice<ChangeKind>(argument: String(text[..<equals]))
        else {
            let kinds = Choice<ChangeKind>.allValueStrings.joined(separator: ", ")
            throw ValidationError("a majority is KIND=RULE; kinds are \(kinds)")
        }
        var majority = MajorityFor()
        majority.kind = kind.value
        majority.rule = try rule(String(text[text.index(after: equals)...]))
        return majority
    }

    private static func joined(
        _ rules: [MajorityRule], _ combine: (inout MajorityRule, [MajorityRule]) -> Void
    ) -> MajorityRule {
        if rules.count == 1 { return rules[0] }
        var rule = MajorityRule()
        combine(&rule, rules)
        return rule
    }

    private static func part(_ words: [String]) throws -> MajorityRule {
        var rule = MajorityRule()
        switch (words.first, words.count) {
        case ("unanimous", 1): rule.unanimous = UnanimousRule()
        case ("simple", 1): rule.simplePresent = SimplePresent()
        case ("simple", 3) where words[1...] == ["with", "abstentions"]: rule.simplePresent.abstentionsCount = true
        case ("double", 3):
            rule.doubleMajority.heads = try Arguments.fraction(words[1])
            rule.doubleMajority.votes = try Arguments.fraction(words[2])
        case ("consent", 2): rule.consentOf.party = Names.party(words[1])
        case ("quorum", 2): rule.quorum.share = try Arguments.fraction(words[1])
        case (let share?, 1):
            rule.qualifiedStatutory.moreThan = share.hasPrefix(">")
            rule.qualifiedStatutory.share = try Arguments.fraction(
                share.hasPrefix(">") ? String(share.dropFirst()) : share)
        default:
            throw ValidationError(
                "a rule is unanimous, simple, simple with abstentions, 2/3, >1/2, double HEADS VOTES, consent PARTY or "
                    + "quorum SHARE, not \"\(words.joined(separator: " "))\"")
        }
        return rule
    }
}
