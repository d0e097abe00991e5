/// Who may vote in a decision, and with which weight. Frozen when the decision is opened: later joiners do not vote in
/// it.
public struct Electorate: Sendable, Hashable {
    /// One party and its statutory votes.
    public struct Elector: Sendable, Hashable {
        public let party: PartyCode
        /// Number of votes, at least 1.
        public let weight: Int64

        public init(party: PartyCode, weight: Int64) {
            self.party = party
            self.weight = weight
        }
    }

    /// The electors by ascending party code.
    public let electors: [Elector]
    /// All statutory votes together.
    public let totalWeight: Int64

    /// Throws INVALID_FIELD for an empty electorate, a weight below 1 or a party named twice; OUT_OF_RANGE for the
    /// total.
    public init(_ electors: [Elector], field: String = "electorate") throws(Failure) {
        if electors.isEmpty { throw .invalid(field, "must have at least one party that may vote") }
        var checks = FieldChecks()
        var seen: Set<PartyCode> = []
        var total: Int64 = 0
        for (index, elector) in electors.enumerated() {
            let path = "\(field)[\(index)]"
            checks.require(elector.weight >= 1, "\(path).weight", "must be at least 1, not \(elector.weight)")
            checks.require(seen.insert(elector.party).inserted, "\(path).party", "names \(elector.party) a second time")
            let (sum, overflow) = total.addingReportingOverflow(elector.weight)
            if overflow { throw Failure(.outOfRange, "the vote weights together are too large; use smaller weights") }
            total = sum
        }
        try checks.finish()
        self.electors = electors.sorted { $0.party < $1.party }
        totalWeight = total
    }

    /// The votes of a party, or `nil` if it may not vote.
    public func weight(of party: PartyCode) -> Int64? {
        // By halves: a tally of thousands of parties asks for each of them.
        var range = electors.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if electors[middle].party == party { return electors[middle].weight }
            range = electors[middle].party < party ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
