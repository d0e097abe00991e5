internal import API
internal import Domain

extension SimulatedOutcome {
    /// What an alternative makes of things as they stand, pool by pool.
    init(
        _ label: String, before: [CostPool: Allocation], after: [CostPool: Allocation], inhabitants: PartyFigures,
        cases: PartyFigures?, currency: String
    ) throws {
        self.init()
        self.label = label
        let none = try Allocation.nothing
        for pool in Set(before.keys).union(after.keys).sorted(by: { $0.rawValue < $1.rawValue }) {
            let (old, new) = (before[pool] ?? none, after[pool] ?? none)
            pools.append(
                try SimulatedPool(
                    pool, old, new, inhabitants: inhabitants, cases: cases, currency: currency))
        }
    }
}

extension Allocation {
    /// A pool that nobody bears: an agreement without it.
    fileprivate static var nothing: Allocation {
        get throws {
            let nobody = try PartyCode("nobody", field: "party")
            return try Allocation(
                of: 0, by: AllocationRule([AllocationComponent(.equal, weight: .one)]),
                AllocationInputs(members: [nobody], year: 2000))
        }
    }

    fileprivate var isNothing: Bool { amount == 0 && lines.count == 1 && lines[0].party.text == "nobody" }
}

extension SimulatedPool {
    fileprivate init(
        _ pool: CostPool, _ old: Allocation, _ new: Allocation, inhabitants: PartyFigures, cases: PartyFigures?,
        currency: String
    ) throws {
        self.init()
        self.pool = pool
        func money(_ amount: Int64) -> API.Money {
            var money = API.Money()
            money.minorUnits = amount
            money.currency = currency
            return money
        }
        (totalBefore, totalAfter) = (money(old.amount), money(new.amount))
        let parties = Set((old.isNothing ? [] : old.lines).map(\.party)).union(
            (new.isNothing ? [] : new.lines).map(\.party))
        for party in parties.sorted() {
            var line = SimulatedLine()
            line.party = "parties/" + party.text
            let (before, after) = (old.line(of: party)?.amount ?? 0, new.line(of: party)?.amount ?? 0)
            (line.before, line.after) = (money(before), money(after))
            line.difference = money(after &- before)
            lines.append(line)
        }
        guard !old.isNothing, !new.isNothing else { return }
        // A member whose inhabitants nobody has recorded leaves the average out, not the simulation.
        if let effect = try? ScaleEffect(from: old, to: new, inhabitants: inhabitants, cases: cases ?? .none) {
            perInhabitant = AverageCost(effect.perInhabitant)
            if cases != nil { perCase = AverageCost(effect.perCase) }
        }
    }
}

extension AverageCost {
    fileprivate init(_ average: ScaleEffect.Average) {
        self.init()
        if let before = average.before { self.before = API.Fraction(before) }
        if let after = average.after { self.after = API.Fraction(after) }
    }
}

extension API.Fraction {
    /// As the figures stand in the books, not in lowest terms.
    init(_ fraction: UnreducedFraction) {
        self.init()
        numerator = fraction.numerator
        denominator = fraction.denominator
    }
}
