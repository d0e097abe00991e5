/// What one party bears of a pool, and of what it is made.
public struct AllocationLine: Sendable, Hashable {
    /// Whether a cap or a floor decided the line.
    public enum Limit: String, Sendable, Hashable, CaseIterable {
        case none = "NONE"
        case capped = "CAPPED"
        case floored = "FLOORED"
    }

    public let party: PartyCode
    /// In minor units.
    public let amount: Int64
    /// Whether the line got one of the minor units that rounding left over.
    public let hasRoundingUnit: Bool
    public let limit: Limit
    /// The parts of the line; their amounts sum to the line's amount.
    public let parts: [AllocationPart]
    /// What the whole key would be worth to this party: a component's exact share is rate × weight × ratio.
    let rate: UnreducedRatio
}

/// One part of a line: a component's share, or a sum borne apart from the components.
public struct AllocationPart: Sendable, Hashable {
    /// What a part comes from.
    public enum Source: Sendable, Hashable {
        /// The component at that index of the allocation.
        case component(Int)
        /// The pre-charge.
        case precharge
        /// The fixed sum.
        case fixed
        /// What a floor adds for a party that has no part in any component.
        case floor
    }

    public let source: Source
    /// The party's quantity in units of the component's scale; 0 for other parts.
    public let units: Int64
    /// In minor units, rounded so that the parts add up to the line.
    public let amount: Int64
}
