/// What the steps of a rule mean for a pool of a given size: sums borne in advance, caps and floors, per member.
///
/// All amounts are magnitudes; the sign of the pool is applied at the very end. Parts of the pool are kept exact as
/// multiples of 1/`denominator` minor unit.
struct Bounds {
    /// What one member bears in advance, and its limits in minor units.
    struct Member {
        /// Pre-charge in units of 1/denominator.
        var precharge = BigUInt.zero
        /// Fixed sum in minor units.
        var fixed: UInt64 = 0
        var cap: UInt64?
        var floor: UInt64 = 0
        /// A floor for everyone does not bind who is exempt.
        var isExempt = false
    }

    let amount: UInt64
    /// Common denominator of all pre-charges.
    let denominator: BigUInt
    /// By member.
    private(set) var members: [Member]
    /// Whether any cap or floor is set.
    private(set) var hasLimits = false

    init(_ rule: AllocationRule, amount: UInt64, members parties: [PartyCode]) throws(Failure) {
        self.amount = amount
        var common = BigUInt.one
        for case .precharge(_, let share) in rule.steps {
            common = common.leastCommonMultiple(with: share.denominator.magnitude)
        }
        denominator = common
        members = [Member](repeating: Member(), count: parties.count)
        if rule.steps.isEmpty { return }
        var positions: [PartyCode: Int] = [:]
        for (index, party) in parties.enumerated() { positions[party] = index }
        for case .exempt(let party) in rule.steps {
            if let index = positions[party] { members[index].isExempt = true }
        }
        for step in rule.steps { try apply(step, positions) }
        try checkFeasibility(parties)
    }

    /// What the member bears in advance, in units of 1/denominator.
    func advance(_ member: Int) -> BigUInt {
        let member = members[member]
        return member.fixed == 0 ? member.precharge : member.precharge + denominator * member.fixed
    }

    private mutating func apply(_ step: AllocationStep, _ positions: [PartyCode: Int]) throws(Failure) {
        switch step {
        case .precharge(let party, let share):
            guard let index = positions[party] else { return }
            let multiple = denominator.quotientAndRemainder(dividingBy: share.denominator.magnitude).quotient
            members[index].precharge = members[index].precharge + multiple * share.numerator.magnitude * amount
        case .fixed(let party, let sum):
            guard let index = positions[party] else { return }
            let (total, overflow) = members[index].fixed.addingReportingOverflow(sum.magnitude)
            guard !overflow else { throw Failure(.outOfRange, "the fixed sums of \(party) together are too large") }
            members[index].fixed = total
        case .cap(let target, let limit):
            let cap = size(limit).rounded
            for index in indices(target, positions) { members[index].cap = min(members[index].cap ?? cap, cap) }
            hasLimits = true
        case .floor(let target, let limit):
            let (rounded, isExact) = size(limit)
            let floor = isExact ? rounded : rounded + 1
            for index in indices(target, positions) where target != .everyone || !members[index].isExempt {
                members[index].floor = max(members[index].floor, floor)
            }
            hasLimits = true
        case .exempt: break
        }
    }

    private func indices(_ target: AllocationStep.Target, _ positions: [PartyCode: Int]) -> [Int] {
        switch target {
        case .everyone: Array(members.indices)
        case .party(let party): positions[party].map { [$0] } ?? []
        }
    }

    /// The limit in minor units rounded down, and whether that is the limit itself.
    private func size(_ limit: AllocationStep.Limit) -> (rounded: UInt64, isExact: Bool) {
        switch limit {
        case .amount(let amount): return (amount.magnitude, true)
        case .share(let share):
            // A share is at most one, so the quotient is at most the amount.
            let product = amount.multipliedFullWidth(by: share.numerator.magnitude)
            let result = share.denominator.magnitude.dividingFullWidth((product.high, product.low))
            return (result.quotient, result.remainder == 0)
        }
    }

    /// Throws INFEASIBLE_RULE, naming the figures, if the steps contradict each other or the pool.
    private func checkFeasibility(_ parties: [PartyCode]) throws(Failure) {
        let pool = denominator * amount
        var least = BigUInt.zero
        var advances = BigUInt.zero
        for (index, party) in parties.enumerated() {
            let member = members[index]
            let advance = advance(index)
            advances = advances + advance
            if let cap = member.cap {
                guard member.floor <= cap else {
                    throw Self.infeasible(
                        "\(party) has a floor of \(member.floor) above its cap of \(cap) minor units", party)
                }
                guard advance <= denominator * cap else {
                    let sum = ExactFraction(isNegative: false, advance, denominator)
                    throw Self.infeasible(
                        "\(party) bears \(sum) in advance, above its cap of \(cap) minor units", party)
                }
            }
            least = least + max(advance, denominator * member.floor)
        }
        guard advances <= pool else {
            let sum = ExactFraction(isNegative: false, advances, denominator)
            throw Self.infeasible("pre-charges and fixed sums of \(sum) are above the pool of \(amount) minor units")
        }
        guard least <= pool else {
            let sum = ExactFraction(isNegative: false, least, denominator)
            throw Self.infeasible("floors and sums in advance of \(sum) are above the pool of \(amount) minor units")
        }
    }

    static func infeasible(_ what: String, _ party: PartyCode? = nil) -> Failure {
        let failure = Failure(.infeasibleRule, "the rule cannot be kept: \(what); change the agreement or the pool")
        return party.map { failure.with("party", $0.text) } ?? failure
    }
}
