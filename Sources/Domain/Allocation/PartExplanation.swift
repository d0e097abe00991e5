/// One part of a line with every figure a reader needs to calculate it again.
public struct PartExplanation: Sendable, Hashable {
    /// What the part is, in words: `by inhabitants on 2011-12-31`, `pre-charge`, `fixed sum`, `floor`.
    public let phrase: String
    public let source: AllocationPart.Source
    /// The component as applied; `nil` for a pre-charge, a fixed sum or a floor.
    public let component: AllocatedComponent?
    /// What the quantity counts; empty without a component.
    public let unit: String
    /// The party's quantity.
    public let quantity: Quantity?
    /// All parties' quantity.
    public let total: Quantity?
    /// Quantity by total, in the units as they are counted.
    public let ratio: UnreducedFraction?
    /// The component's part of the pool.
    public let weight: Fraction?
    /// The share before rounding, in minor units, exact.
    public let exactShare: ExactFraction
    /// The share as shown, in minor units; the parts of a line add up to it.
    public let amount: Int64
    /// The figure behind a size class: `2,595 inhabitants: class from 2,000 and below 5,000`, or behind a quantity that
    /// counts for a part of the period: `2,595 inhabitants for 181 of 365 days`; else empty.
    public let detail: String
    /// Where the party's figure stands, as it was recorded; empty where none is behind the part or nobody said.
    public let figureSource: String
}
