/// What differs between two revisions of an agreement, clause by clause, as data and in words.
public struct AgreementDiff: Sendable, Hashable {
    /// One clause that is new, gone, or other than before.
    public struct Change: Sendable, Hashable {
        /// Where: `valid`, `legal_basis`, `vat_treatment`, `guards`, `pools.OPERATION`.
        public let path: String
        /// The clause, where it stays the same and only its value changes; else empty.
        public let clause: String
        /// `nil` for what is new.
        public let old: String?
        /// `nil` for what is gone.
        public let new: String?

        /// `pools.OPERATION: by inhabitants on 2011-12-31: 60 % instead of 50 %`.
        public var sentence: String {
            let head = clause.isEmpty ? path : "\(path): \(clause)"
            return switch (old, new) {
            case (let old?, let new?): "\(head): \(new) instead of \(old)"
            case (nil, let new?): "\(head): new: \(new)"
            case (let old?, nil): "\(head): no longer: \(old)"
            case (nil, nil): head
            }
        }
    }

    /// In the order valid range, legal basis, tax, members that join or leave, guards, and then pool by pool by name.
    public let changes: [Change]

    public init(from old: AgreementTerms, to new: AgreementTerms, currency: Currency) {
        var changes: [Change] = []
        func compare(_ path: String, _ old: String?, _ new: String?) {
            if old != new { changes.append(Change(path: path, clause: "", old: old, new: new)) }
        }
        compare("valid", old.valid.description, new.valid.description)
        compare("legal_basis", old.legalBasis, new.legalBasis)
        compare("vat_treatment", old.vat?.phrase, new.vat?.phrase)
        compare("partial_membership", old.partial.phrase, new.partial.phrase)
        compare("exit_terms", old.exit.phrase, new.exit.phrase)
        changes += Self.lists(
            "guards", old.guards.map { RuleText.clause($0) }, new.guards.map { RuleText.clause($0) })
        for pool in Set(old.pools.keys).union(new.pools.keys).sorted() {
            changes += Self.pool("pools.\(pool)", old.pools[pool], new.pools[pool], currency)
            guard old.pools[pool] != nil, new.pools[pool] != nil else { continue }
            compare("pools.\(pool).balance", old.balance(of: pool), new.balance(of: pool))
        }
        self.changes = changes
    }

    /// One sentence for each change; none for revisions that settle the same.
    public var sentences: [String] { changes.map(\.sentence) }

    private static func pool(
        _ path: String, _ old: AllocationRule?, _ new: AllocationRule?, _ currency: Currency
    ) -> [Change] {
        let (before, after) = (weights(old), weights(new))
        var clauses = (old?.components ?? []).map { RuleText.clause($0) }
        for clause in (new?.components ?? []).map({ RuleText.clause($0) }) where !clauses.contains(clause) {
            clauses.append(clause)
        }
        var changes: [Change] = []
        for clause in clauses where before[clause] != after[clause] {
            if changes.contains(where: { $0.clause == clause }) { continue }
            changes.append(
                Change(
                    path: path, clause: clause, old: before[clause]?.percent(), new: after[clause]?.percent()))
        }
        func steps(_ rule: AllocationRule?) -> [String] { (rule?.steps ?? []).map { RuleText.clause($0, currency) } }
        return changes + lists(path, steps(old), steps(new))
    }

    /// Components that say the same count together.
    private static func weights(_ rule: AllocationRule?) -> [String: ExactFraction] {
        var weights: [String: ExactFraction] = [:]
        for component in rule?.components ?? [] {
            weights[RuleText.clause(component), default: .zero] =
                weights[RuleText.clause(component), default: .zero] + ExactFraction(component.weight)
        }
        return weights
    }

    /// What one list has and the other lacks; how often counts, the order does not.
    private static func lists(_ path: String, _ old: [String], _ new: [String]) -> [Change] {
        var (gone, come) = (old, new)
        for clause in old {
            guard let index = come.firstIndex(of: clause), let first = gone.firstIndex(of: clause) else { continue }
            come.remove(at: index)
            gone.remove(at: first)
        }
        return gone.map { Change(path: path, clause: "", old: $0, new: nil) }
            + come.map { Change(path: path, clause: "", old: nil, new: $0) }
    }
}

extension AgreementTerms {
    /// What becomes of a pool's surplus or deficit, in words.
    fileprivate func balance(of pool: String) -> String {
        carriedForward.contains(pool)
            ? "surplus and deficit are carried forward" : "surplus and deficit are settled with the period"
    }
}
