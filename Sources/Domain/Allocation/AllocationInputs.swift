/// The figures an allocation goes by. The allocation is a pure function of rule, amount and these.
public struct AllocationInputs: Sendable, Hashable {
    /// The usage of one metric in the period.
    public struct Usage: Sendable, Hashable {
        /// What is counted, such as `cases`.
        public let unit: String
        /// By party; a party without an entry has not used anything.
        public let quantities: [PartyCode: Quantity]

        public init(unit: String, quantities: [PartyCode: Quantity]) {
            self.unit = unit
            self.quantities = quantities
        }
    }

    /// The parties that share the pool, each once, in any order.
    public var members: [PartyCode]
    /// The charged year, from which reference dates follow.
    public var year: Int
    public var ownership: OwnershipShares?
    /// By figure and party; a party without an entry is an error, never zero.
    public var keyFigures: [KeyFigureReference: [PartyCode: Quantity]]
    /// By metric; a metric without an entry has no usage.
    public var usage: [ResourceID: Usage]
    /// The parties that use the application.
    public var adopters: Set<PartyCode>

    public init(
        members: [PartyCode], year: Int, ownership: OwnershipShares? = nil,
        keyFigures: [KeyFigureReference: [PartyCode: Quantity]] = [:], usage: [ResourceID: Usage] = [:],
        adopters: Set<PartyCode> = []
    ) {
        self.members = members
        self.year = year
        self.ownership = ownership
        self.keyFigures = keyFigures
        self.usage = usage
        self.adopters = adopters
    }
}
