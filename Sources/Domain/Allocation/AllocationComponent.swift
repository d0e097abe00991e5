/// One part of an allocation rule: this weight of the pool is shared out by this measure, among these parties.
public struct AllocationComponent: Sendable, Hashable {
    /// By what a component is shared out.
    public enum Measure: Sendable, Hashable {
        /// The same for every party.
        case equal
        /// By the ownership shares of the application.
        case ownership
        /// By a key figure on its reference date.
        case keyFigure(KeyFigureKind, ReferenceDateRule)
        /// By usage.
        case usage(UsageMeasure)
        /// By the points of the size class into which a key figure falls.
        case tier(KeyFigureKind, ReferenceDateRule, Brackets)
        /// By a key that somebody else publishes.
        case publishedKey(ResourceID, PublishedKeyReference.Year)
        /// By weights that the agreement names; every party of the scope must have one, zero included.
        case weights(ByParty<Fraction>)

        /// By the usage of a metric, added up over the charged period.
        public static func usage(metric: ResourceID) -> Measure { .usage(UsageMeasure(metric)) }
    }

    /// Among whom a component is shared out.
    public enum Scope: Sendable, Hashable {
        case allMembers
        /// The parties that use the application (Nachnutzung).
        case adopters
        case parties(Set<PartyCode>)
    }

    public let measure: Measure
    /// The component's part of the pool; the weights of a rule sum to exactly 1.
    public let weight: Fraction
    public let scope: Scope

    public init(_ measure: Measure, weight: Fraction, scope: Scope = .allMembers) {
        self.measure = measure
        self.weight = weight
        self.scope = scope
    }
}
