/// For how much of the charged period each party counts, where some are members on a part of it only.
public struct Presence: Sendable, Hashable {
    /// What is counted: `days` or `months`.
    public let unit: String
    /// How many the period has.
    public let whole: Int
    /// How many of them each party is a member; at least one.
    public let parts: ByParty<Int>

    public init(unit: String, whole: Int, parts: [PartyCode: Int]) {
        self.unit = unit
        self.whole = whole
        self.parts = ByParty(parts)
    }

    /// How many the party is a member: all of them unless it is told otherwise.
    public func part(of party: PartyCode) -> Int { parts[party] ?? whole }
}
