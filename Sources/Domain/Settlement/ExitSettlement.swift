/// What is between a consortium and a member that leaves: open items, its part of what is owned, what it still owes.
///
/// Amounts are from the consortium's side: above zero the member pays, below zero it gets money.
public struct ExitSettlement: Sendable, Hashable {
    public enum Line: Sendable, Hashable {
        /// An item that is not paid, or was paid too much.
        case open(OpenItem, Int64)
        /// The member's share of assets less debts; a deficit is borne by the same share.
        case netAssets(share: Fraction, of: Int64, amount: Int64)
        /// What the member has bound itself to beyond its exit, such as a contract that runs on.
        case obligation(String, Int64)

        public var amount: Int64 {
            switch self {
            case .open(_, let amount), .netAssets(_, _, let amount), .obligation(_, let amount): amount
            }
        }
    }

    public let party: PartyCode
    public let lines: [Line]
    public let total: Int64

    /// Throws INVALID_FIELD naming `share` or `obligations[i]`, or OUT_OF_RANGE.
    public init(
        of party: PartyCode, openItems: [OpenItem: Int64], netAssets: Int64, share: Fraction,
        obligations: [(what: String, amount: Int64)] = []
    ) throws(Failure) {
        guard share.isShare else { throw .invalid("share", "must lie between 0 and 1, not \(share)") }
        for (index, obligation) in obligations.enumerated() where obligation.amount < 0 {
            throw .invalid("obligations[\(index)].amount", "must not be negative, not \(obligation.amount)")
        }
        var lines: [Line] = openItems.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map {
            .open($0.key, $0.value)
        }
        // A share is at most one, so only the negation of the smallest number does not fit.
        guard let part = (-(ExactFraction(netAssets) * ExactFraction(share))).roundedHalfAway else {
            throw Failure(.outOfRange, "the net assets are too large")
        }
        if part != 0 { lines.append(.netAssets(share: share, of: netAssets, amount: part)) }
        lines += obligations.map { .obligation($0.what, $0.amount) }
        guard let total = Int64(exactly: lines.reduce(Int128(0)) { $0 + Int128($1.amount) }) else {
            throw Failure(.outOfRange, "the amounts of \(party) are too large to be added up")
        }
        self.party = party
        self.lines = lines
        self.total = total
    }
}
