internal import API
internal import Domain
internal import Store

extension SettlementLine {
    /// A line of an allocation with its components and its reason in words.
    init(_ line: AllocationLine, of allocation: Allocation, pool: CostPool, facts: SettlementFacts) throws {
        self.init()
        let currency = facts.consortium.currency
        party = "parties/" + line.party.text
        self.pool = pool
        amount.minorUnits = line.amount
        amount.currency = currency
        components = allocation.explanation(of: line).map { part in
            SettlementLineComponent(part, currency: currency, source: facts.source(of: part))
        }
        explanation = SettlementText(allocation, currency: try Currency(currency, field: "currency"))
            .sentence(for: line, name: facts.name(of: party))
    }
}

extension SettlementLineComponent {
    fileprivate init(_ part: PartExplanation, currency: String, source: String) {
        self.init()
        key = part.phrase
        weight = API.Fraction(part.weight ?? .zero)
        ratio.numerator = part.ratio?.numerator ?? 0
        ratio.denominator = part.ratio?.denominator ?? 1
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
        case .keyFigure, .tier:
            part.figureSource + (part.figureSource.isEmpty ? "" : "; ") + "platform register at size \(platformSize)"
        case .publishedKey: "\(part.figureSource); \(revision.name)"
        case .usage: "usage, register at size \(usageSize)"
        case .ownership: "ownership on \(lastDay), register at size \(registerSize)"
        case .equal, .weights, nil: revision.name
        }
    }
}
