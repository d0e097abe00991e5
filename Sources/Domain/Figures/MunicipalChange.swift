/// A change of municipalities on a day (Gebietsänderung): merger, incorporation, split, or a new code.
///
/// A new name alone is none: the party keeps its code, and the registry of parties keeps its names by date.
public struct MunicipalChange: Sendable, Hashable {
    /// Who takes over how much of the rights and debts of a party that ended.
    public struct Successor: Sendable, Hashable {
        public let party: PartyCode
        public let share: Fraction

        public init(_ party: PartyCode, _ share: Fraction) {
            self.party = party
            self.share = share
        }
    }

    /// The first day of the new state.
    public let day: CivilDate
    /// Who ended.
    public let predecessor: PartyCode
    /// By ascending code; their shares sum to exactly 1.
    public let successors: [Successor]

    /// Throws INVALID_FIELD naming `<field>.successors`, or SHARES_DO_NOT_SUM_TO_ONE with the sum.
    public init(
        on day: CivilDate, predecessor: PartyCode, successors: [Successor], field: String = "change"
    ) throws(Failure) {
        let path = "\(field).successors"
        if successors.isEmpty { throw .missing(path) }
        for successor in successors {
            guard successor.share > .zero, successor.share <= .one else {
                throw .invalid(path, "must have shares greater than 0 and at most 1, not \(successor.share)")
            }
            guard successor.party != predecessor else { throw .invalid(path, "must not name \(predecessor) itself") }
        }
        let sorted = successors.sorted { $0.party < $1.party }
        for (first, second) in zip(sorted, sorted.dropFirst()) where first.party == second.party {
            throw .invalid(path, "names \(first.party) a second time")
        }
        let sum = Fraction.sum(sorted.map(\.share))
        guard sum.fraction == .one else {
            throw .invalid(path, "have shares that sum to \(sum), not to exactly 1", reason: .sharesDoNotSumToOne)
        }
        self.day = day
        self.predecessor = predecessor
        self.successors = sorted
    }
}
