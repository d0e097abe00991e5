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
