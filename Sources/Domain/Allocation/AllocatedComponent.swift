/// A component as it was applied: what was counted, and how much of it there was in all.
public struct AllocatedComponent: Sendable, Hashable {
    public let component: AllocationComponent
    /// What the quantities count: `inhabitants`, `cases`, `parties`, `shares`, `parts`.
    public let unit: String
    /// Decimals of the quantities.
    public let scale: Int
    /// All parties' quantity together, in units of 10^-scale.
    public let totalUnits: Int64
    /// The reference date of a key figure.
    public let referenceDate: CivilDate?

    /// Units of this component as a quantity.
    func quantity(_ units: Int64) -> Quantity { Quantity(units: units, knownScale: scale) }

    /// How the component shares out, in words: `by inhabitants on 2011-12-31`.
    public var phrase: String {
        switch component.measure {
        case .equal: "in equal parts"
        case .ownership: "by ownership"
        case .keyFigure: "by \(unit)" + (referenceDate.map { " on \($0)" } ?? "")
        case .usage: "by \(unit)"
        case .weights: "by agreed weights"
        }
    }
}
