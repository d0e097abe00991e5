/// What an allocation is for each party and per head, before and after a change: another rule, year or member.
public struct ScaleEffect: Sendable, Hashable {
    /// One party's figures; what it bears is zero where it is not a member.
    public struct Line: Sendable, Hashable {
        public let party: PartyCode
        public let before: Int64
        public let after: Int64
        /// Its share of the change, in minor units.
        public let difference: Int64
    }

    /// A pool by units: the total of minor units and the number of units, unreduced, as an average cost.
    public struct Average: Sendable, Hashable {
        public let before: UnreducedFraction?
        public let after: UnreducedFraction?
    }

    /// By ascending party.
    public let lines: [Line]
    /// All that is borne per inhabitant of the members; `nil` where there is none.
    public let perInhabitant: Average
    /// All that is borne per case.
    public let perCase: Average

    /// Compares two allocations. Throws MISSING_KEY_FIGURE for a member without inhabitants, as an average without it
    /// would be wrong, and OUT_OF_RANGE; a party without cases has used nothing.
    public init(
        from before: Allocation, to after: Allocation, inhabitants: PartyFigures, cases: PartyFigures = .none
    ) throws(Failure) {
        let parties = Set((before.lines + after.lines).map(\.party)).sorted()
        var lines: [Line] = []
        for party in parties {
            let amounts = (before.line(of: party)?.amount ?? 0, after.line(of: party)?.amount ?? 0)
            let (difference, overflow) = amounts.1.subtractingReportingOverflow(amounts.0)
            guard !overflow else { throw Failure(.outOfRange, "the amounts of \(party) are too far apart") }
            lines.append(Line(party: party, before: amounts.0, after: amounts.1, difference: difference))
        }
        self.lines = lines
        let (old, new) = (try before.point(inhabitants, cases), try after.point(inhabitants, cases))
        perInhabitant = Average(before: old.perInhabitant, after: new.perInhabitant)
        perCase = Average(before: old.perCase, after: new.perCase)
    }
}

extension Allocation {
    fileprivate func point(_ inhabitants: PartyFigures, _ cases: PartyFigures) throws(Failure) -> ScalePoint {
        let point = try ScalePoint(
            amount: amount, parties: lines.map(\.party), inhabitants: inhabitants, cases: cases)
        if let party = point.withoutInhabitants.first {
            throw Failure(.missingKeyFigure, "no inhabitants of \(party); record them and simulate again")
                .with("parties", party.text)
        }
        return point
    }
}
