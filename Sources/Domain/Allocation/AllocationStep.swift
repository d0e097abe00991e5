/// What an agreement settles before or beside the weighted components.
///
/// Steps act together, whatever their order: pre-charges and fixed sums come off the pool first, exempt parties are
/// left out of every component, and caps and floors bound the whole line of a party, pre-charge and fixed sum included.
/// For a negative pool all amounts count with its sign, so that a credit mirrors the charge.
public enum AllocationStep: Sendable, Hashable {
    /// Whom a cap or a floor binds.
    public enum Target: Sendable, Hashable {
        case everyone
        case party(PartyCode)
    }

    /// How much a cap or a floor is.
    public enum Limit: Sendable, Hashable {
        /// An amount in minor units, not negative.
        case amount(Int64)
        /// A part of the pool; a cap is rounded down and a floor up to whole minor units.
        case share(Fraction)
    }

    /// The party bears this part of the pool in advance and shares in the rest like everybody (Sitzlandquote).
    case precharge(PartyCode, Fraction)
    /// The party bears this amount in minor units in advance and shares in the rest like everybody.
    case fixed(PartyCode, Int64)
    /// No line above the limit; the others bear the excess by the same key.
    case cap(Target, Limit)
    /// No line below the limit; the others are relieved by the same key. One for everyone leaves out the exempt.
    case floor(Target, Limit)
    /// The party has no part in any component.
    case exempt(PartyCode)
}
