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
