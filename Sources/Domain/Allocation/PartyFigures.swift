/// A published or counted figure of each party, with where it was taken from.
public struct PartyFigures: Sendable, Hashable {
    public let quantities: ByParty<Quantity>
    /// Where the figures stand, as a reader can look them up; empty if nobody said.
    public let source: String
    /// The sources of those figures that come from elsewhere.
    public let otherSources: [PartyCode: String]

    public init(_ quantities: ByParty<Quantity>, source: String = "", otherSources: [PartyCode: String] = [:]) {
        self.quantities = quantities
        self.source = source
        self.otherSources = otherSources
    }

    public init(_ quantities: [PartyCode: Quantity], source: String = "", otherSources: [PartyCode: String] = [:]) {
        self.init(ByParty(quantities), source: source, otherSources: otherSources)
    }

    /// No figures at all.
    public static let none = PartyFigures([:] as ByParty<Quantity>)

    /// The party's figure, or `nil` if it has none.
    public subscript(party: PartyCode) -> Quantity? { quantities[party] }

    /// Where the party's figure stands.
    public func source(of party: PartyCode) -> String { otherSources[party] ?? source }
}

extension PartyFigures: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (PartyCode, Quantity)...) {
        self.init(Dictionary(elements) { _, last in last })
    }
}
