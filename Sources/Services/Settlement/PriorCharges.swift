internal import API
internal import Domain
internal import Store

/// What documents have asked for a settlement's days before it, and what is therefore still to be asked for.
struct PriorCharges {
    private struct Key: Hashable {
        let pool: CostPool
        let party: String
    }

    /// Net, over all categories of tax.
    private var sums: [Key: Int64] = [:]

    /// Throws OUT_OF_RANGE.
    init(_ facts: SettlementFacts) throws {
        for row in facts.issued where row.item.start == facts.task.period.start && row.item.end == facts.task.period.end
        {
            let pool = CostPool(rawValue: Int(row.item.pool)) ?? .unspecified
            let key = Key(pool: pool, party: "parties/" + row.partyCode)
            let (sum, overflow) = sums[key, default: 0].addingReportingOverflow(row.item.amount)
            guard !overflow else { throw Failure(.outOfRange, "what \(row.partyCode) was asked for is too large") }
            sums[key] = sum
        }
    }

    /// Adds to every line what was asked for before and the difference, and a line for everybody who owes nothing any
    /// more; then puts the lines in order. Throws OUT_OF_RANGE.
    func complete(_ settlement: inout Settlement, _ facts: SettlementFacts) throws {
        var open = sums
        for index in settlement.lines.indices {
            let line = settlement.lines[index]
            try settlement.lines[index].note(
                open.removeValue(forKey: Key(pool: line.pool, party: line.party)) ?? 0, facts)
        }
        for (key, issued) in open {
            var line = SettlementLine()
            line.party = key.party
            line.pool = key.pool
            line.amount.currency = facts.consortium.currency
            line.explanation = "\(facts.name(of: key.party)) bears nothing of this pool."
            try line.note(issued, facts)
            settlement.lines.append(line)
        }
        settlement.lines.sort { ($0.pool.rawValue, $0.party) < ($1.pool.rawValue, $1.party) }
    }

    /// What was asked for a pool in all; nil where nothing was. Throws OUT_OF_RANGE.
    func total(of pool: CostPool) throws -> Int64? {
        let own = sums.filter { $0.key.pool == pool }
        guard !own.isEmpty else { return nil }
        guard let total = Int64(exactly: own.reduce(Int128(0)) { $0 + Int128($1.value) }) else {
            throw Failure(.outOfRange, "what was asked for a pool is too large to be added up")
        }
        return total
    }

    /// Lines that leave everything as it was asked for: what it is too much or too little is carried forward.
    func linesAsIssued(of pool: CostPool, _ facts: SettlementFacts) -> [SettlementLine] {
        let own = sums.filter { $0.key.pool == pool }.sorted { $0.key.party < $1.key.party }
        return own.map { key, amount in
            var line = SettlementLine()
            line.party = key.party
            line.pool = pool
            line.amount.minorUnits = amount
            line.amount.currency = facts.consortium.currency
            var component = SettlementLineComponent()
            component.key = "as asked for in advance"
            (component.weight.numerator, component.weight.denominator) = (1, 1)
            component.ratio.denominator = 1
            component.source = facts.revision.name
            component.amount = line.amount
            line.components = [component]
            line.explanation =
                "\(facts.name(of: key.party)) bears \(facts.text(amount)), as it was asked for; what that is above or "
                + "below the cost is carried forward."
            return line
        }
    }

    /// A surplus of what was asked for in advance, which must not stay where only cost may be reimbursed.
    func warnings(_ settlement: Settlement, _ facts: SettlementFacts) -> [String] {
        guard settlement.kind != .advance else { return [] }
        var warnings: [String] = []
        let carried = Set(settlement.balances.map(\.pool.rawValue))
        let settled = Set(sums.keys.map(\.pool)).filter { !carried.contains($0.rawValue) }
        for pool in settled.sorted(by: { $0.rawValue < $1.rawValue }) {
            let charged = sums.filter { $0.key.pool == pool }.reduce(Int128(0)) { $0 + Int128($1.value) }
            let cost = settlement.lines.filter { $0.pool == pool }.reduce(Int128(0)) {
                $0 + Int128($1.amount.minorUnits)
            }
            guard charged > max(cost, 0), let surplus = Int64(exactly: charged - cost) else { continue }
            let why =
                settlement.vatTreatment == .notTaxable
                ? "since § 2b (3) no. 2 UStG allows cost to be reimbursed and no more" : "as more than cost is not owed"
            warnings.append(
                "\(pool.phrase): \(facts.text(surplus)) more were asked for than it cost; they are given back, \(why)")
        }
        return warnings
    }
}

extension SettlementLine {
    fileprivate mutating func note(_ issued: Int64, _ facts: SettlementFacts) throws {
        // Symmetric, so that what is given back can be said without its sign.
        guard let rest = Int64(exactly: Int128(amount.minorUnits) - Int128(issued)), rest > .min else {
            throw Failure(.outOfRange, "the difference to what \(party) was asked for before is too large")
        }
        issuedBefore.minorUnits = issued
        issuedBefore.currency = facts.consortium.currency
        difference.minorUnits = rest
        difference.currency = facts.consortium.currency
        guard issued != 0 else { return }
        let consequence =
            switch rest {
            case 0: "nothing is left to pay"
            case 1...: "\(facts.text(rest)) are still to be paid"
            default: "\(facts.text(-rest)) are given back"
            }
        explanation += " \(facts.text(issued)) were asked for before; \(consequence)."
    }

    /// A line at the rates of the last settlement.
    init(_ line: ProvisionalLevy.Line, pool: CostPool, last: String, facts: SettlementFacts) {
        self.init()
        let currency = facts.consortium.currency
        party = "parties/" + line.party.text
        self.pool = pool
        amount.minorUnits = line.amount
        amount.currency = currency
        components = line.parts.map { part in
            var component = SettlementLineComponent()
            component.key = part.phrase
            (component.weight.denominator, component.ratio.denominator) = (1, 1)
            component.unit = part.unit
            component.quantity = part.quantity?.units ?? 0
            component.scale = Int32(part.quantity?.scale ?? 0)
            component.source = part.source.isEmpty ? last : "\(part.source); rate of \(last)"
            component.amount.minorUnits = part.amount
            component.amount.currency = currency
            return component
        }
        let parts = line.parts.map { "\($0.phrase) \(facts.text($0.amount))" }
        explanation =
            "\(facts.name(of: party)) bears \(facts.text(line.amount)) in advance, until there is a budget: "
            + parts.joined(separator: ", ") + "."
    }
}

extension CostPool {
    /// The pool's name in the domain's rules: `OPERATION`.
    var domainName: String {
        switch self {
        case .unspecified: "UNSPECIFIED"
        case .introduction: "INTRODUCTION"
        case .operation: "OPERATION"
        case .maintenance: "MAINTENANCE"
        case .development: "DEVELOPMENT"
        case .administration: "ADMINISTRATION"
        case .UNRECOGNIZED(let number): "POOL_\(number)"
        }
    }

    /// For people: `operation`.
    var phrase: String { domainName.lowercased() }

    init(domainName: String) {
        self = CostPool.allCases.first { $0.domainName == domainName } ?? .unspecified
    }
}
