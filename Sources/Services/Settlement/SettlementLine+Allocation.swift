internal import API
internal import Domain
internal import Store

extension SettlementLine {
    /// A line of an allocation with its components and its reason in words.
    init(_ line: AllocationLine, of allocation: Allocation, pool: CostPool, facts: SettlementFacts) {
        self.init()
        let currency = facts.consortium.currency
        party = "parties/" + line.party.text
        self.pool = pool
        amount.minorUnits = line.amount
        amount.currency = currency
        let parts = allocation.explanation(of: line)
        components = parts.map { part in
            SettlementLineComponent(part, currency: currency, source: facts.source(of: part))
        }
        explanation = SettlementLine.words(line, parts, allocation.amount, currency)
    }

    /// The line as a treasurer can put it before a council.
    private static func words(
        _ line: AllocationLine, _ parts: [PartExplanation], _ total: Int64, _ currency: String
    ) -> String {
        let reasons = parts.map { part in
            guard let weight = part.weight, let quantity = part.quantity, let all = part.total else {
                return "\(text(part.amount, currency)) as \(part.phrase)"
            }
            return "\(text(part.amount, currency)) are its part of the \(weight.percent()) that are shared "
                + "\(part.phrase): \(quantity.grouped) of \(all.grouped) \(part.unit)"
        }
        let rounding = line.hasRoundingUnit ? " One cent of it comes from rounding." : ""
        return "\(line.party) bears \(text(line.amount, currency)) of \(text(total, currency)): "
            + reasons.joined(separator: "; ") + "." + rounding
    }

    private static func text(_ minorUnits: Int64, _ code: String) -> String {
        guard let currency = try? Currency(code) else { return "\(minorUnits) \(code)" }
        return Domain.Money(minorUnits: minorUnits, currency: currency).description
    }
}

extension SettlementLineComponent {
    fileprivate init(_ part: PartExplanation, currency: String, source: String) {
        self.init()
        key = part.phrase
        weight = API.Fraction(part.weight ?? .zero)
        ratio = API.Fraction(part.ratio ?? .zero)
        unit = part.unit
        quantity = part.quantity?.units ?? 0
        scale = Int32(part.quantity?.scale ?? 0)
        self.source = source
        amount.minorUnits = part.amount
        amount.currency = currency
    }
}

extension SettlementFacts {
    /// Where the figure behind a part comes from: the register and its size.
    fileprivate func source(of part: PartExplanation) -> String {
        switch part.component?.component.measure {
        case .keyFigure: "platform register at size \(platformSize)"
        case .usage: "usage, register at size \(registerSize)"
        case .ownership: "ownership on \(lastDay), register at size \(registerSize)"
        case .equal, .weights, nil: revision.name
        }
    }
}
