/// A component as it was applied: what was counted, and how much of it there was in all.
public struct AllocatedComponent: Sendable, Hashable {
    public let component: AllocationComponent
    /// What is counted: `inhabitants`, `cases`, `points`, `parties`, `shares`, `parts`.
    public let unit: String
    /// What the quantities are multiplied by, where some parties are members on a part of the period only.
    public let presence: Presence?
    /// Decimals of the quantities.
    public let scale: Int
    /// All parties' quantity together, in units of 10^-scale.
    public let totalUnits: Int64
    /// The reference date of a key figure.
    public let referenceDate: CivilDate?
    /// The published key that was used.
    public let publishedKey: PublishedKeyReference?
    /// The figures that were looked at, in their own scales; `nil` where the rule itself says all.
    public let figures: PartyFigures?

    /// What the quantities count: `inhabitants`, or `inhabitants × days`.
    public var countedUnit: String { presence.map { "\(unit) × \($0.unit)" } ?? unit }

    /// Units of this component as a quantity.
    func quantity(_ units: Int64) -> Quantity { Quantity(units: units, knownScale: scale) }

    /// How the component shares out, in words: `by inhabitants on 2011-12-31`.
    public var phrase: String {
        let day = referenceDate.map { " on \($0)" } ?? ""
        return switch component.measure {
        case .equal: "in equal parts"
        case .ownership: "by ownership"
        case .keyFigure: "by \(unit)\(day)"
        case .tier(let kind, _, _): "by size class of \(kind.unit)\(day)"
        case .usage: "by \(unit)"
        case .publishedKey(let name, _): "by \(name)" + (publishedKey.map { " of \($0.year)" } ?? "")
        case .weights: "by agreed weights"
        }
    }

    /// What put a party into its place, beyond the quantity that was shared out by: the figure behind a size class, and
    /// for how much of the period it counts.
    func detail(of party: PartyCode, units: Int64) -> String {
        var details: [String] = []
        if case .tier(let kind, _, let brackets) = component.measure, let figure = figures?[party] {
            details.append("\(figure.grouped) \(kind.unit): class \(brackets.phrase(of: brackets.index(of: figure)))")
        }
        if let presence {
            let part = presence.part(of: party)
            details.append(
                "\(quantity(units / Int64(part)).grouped) \(unit) for \(part) of \(presence.whole) \(presence.unit)")
        }
        return details.joined(separator: "; ")
    }
}
