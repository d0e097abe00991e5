/// Says in one sentence what a party pays and why, so that a treasurer can calculate it again.
public struct SettlementText: Sendable {
    private let allocation: Allocation
    private let currency: Currency

    public init(_ allocation: Allocation, currency: Currency) {
        self.allocation = allocation
        self.currency = currency
    }

    /// The sentence for one of the allocation's lines; `name` is how the reader knows the party.
    ///
    ///     Großheirath bears 39,051.92 EUR of 100,000.00 EUR: 100 % by inhabitants on 2011-12-31
    ///     (2,595 of 6,645) 39,051.92 EUR; one minor unit comes from rounding by largest remainder.
    public func sentence(for line: AllocationLine, name: String) -> String {
        let parts = allocation.explanation(of: line).map(phrase)
        let verb = allocation.amount < 0 ? "is credited with" : "bears"
        var text = "\(name) \(verb) \(money(line.amount)) of \(money(allocation.amount)): "
        text += parts.joined(separator: ", ")
        if line.hasRoundingUnit { text += "; one minor unit comes from rounding by largest remainder" }
        switch line.limit {
        case .none: break
        case .capped: text += "; limited by the agreed cap"
        case .floored: text += "; raised to the agreed floor"
        }
        return text + "."
    }

    private func phrase(_ part: PartExplanation) -> String {
        guard let quantity = part.quantity, let total = part.total, let weight = part.weight else {
            return "\(part.phrase) \(money(part.amount))"
        }
        var counted = "\(quantity.grouped) of \(total.grouped)"
        if !part.detail.isEmpty { counted += " \(part.unit); \(part.detail)" }
        return "\(weight.percent(places: 2)) \(part.phrase) (\(counted)) \(money(part.amount))"
    }

    private func money(_ amount: Int64) -> String {
        Money(minorUnits: amount, currency: currency).description
    }
}
