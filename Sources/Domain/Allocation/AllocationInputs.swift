/// The figures an allocation goes by. The allocation is a pure function of rule, amount and these.
public struct AllocationInputs: Sendable, Hashable {
    /// Counted figures and what they count.
    public struct Measured: Sendable, Hashable {
        /// What is counted, such as `cases`.
        public let unit: String
        /// By party; a party without an entry has not used anything, and has no part in a published key.
        public let figures: PartyFigures

        public init(unit: String, _ figures: PartyFigures) {
            self.unit = unit
            self.figures = figures
        }
    }

    /// The parties that share the pool, each once, in any order.
    public var members: [PartyCode]
    /// The charged year, from which reference dates follow.
    public var year: Int
    public var ownership: OwnershipShares?
    /// By figure and party; a party without an entry is an error, never zero.
    public var keyFigures: [KeyFigureReference: PartyFigures]
    /// By metric, window and aggregation; what has no entry has no usage.
    public var usage: [UsageMeasure: Measured]
    /// Published keys, with their source; their unit is that of the publication, such as `%`.
    public var publishedKeys: [PublishedKeyReference: Measured]
    /// The parties that use the application.
    public var adopters: Set<PartyCode>
    /// For how much of the period each counts, by every key but the usage of the period itself; `nil` where all count
    /// in full.
    public var presence: Presence?

    public init(
        members: [PartyCode], year: Int, ownership: OwnershipShares? = nil,
        keyFigures: [KeyFigureReference: PartyFigures] = [:], usage: [UsageMeasure: Measured] = [:],
        publishedKeys: [PublishedKeyReference: Measured] = [:], adopters: Set<PartyCode> = [],
        presence: Presence? = nil
    ) {
        self.members = members
        self.year = year
        self.ownership = ownership
        self.keyFigures = keyFigures
        self.usage = usage
        self.publishedKeys = publishedKeys
        self.adopters = adopters
        self.presence = presence
    }
}
