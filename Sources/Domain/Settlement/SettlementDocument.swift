/// What a party is told to pay, or gets back: the lines of one document. Documents are never changed, only followed.
public struct SettlementDocument: Sendable, Hashable {
    /// What the document is to those before it.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The first for these items.
        case charge = "CHARGE"
        /// Follows an issued one and asks for more, or moves amounts between items.
        case correction = "CORRECTION"
        /// Gives back.
        case creditNote = "CREDIT_NOTE"
    }

    /// One item and its amount in minor units; never zero.
    public struct Line: Sendable, Hashable {
        public let item: OpenItem
        public let amount: Int64
    }

    public let party: PartyCode
    public let kind: Kind
    /// Whether nothing was issued to the party before for any of the items.
    public let isFirst: Bool
    /// By ascending item.
    public let lines: [Line]
    /// Sum of the lines.
    public let total: Int64
}
