/// How the votes stand: heads and statutory votes for yes, no, abstention, and those not yet cast.
public struct Tally: Sendable, Hashable {
    /// A number of parties and the votes they have together.
    public struct Count: Sendable, Hashable {
        public var heads = 0
        public var weight: Int64 = 0

        public init(heads: Int = 0, weight: Int64 = 0) {
            self.heads = heads
            self.weight = weight
        }

        mutating func add(_ weight: Int64) {
            heads += 1
            self.weight += weight
        }
    }

    public private(set) var yes = Count()
    public private(set) var no = Count()
    public private(set) var abstain = Count()
    /// Votes that have not been cast.
    public private(set) var open = Count()
    /// All that may be cast.
    public private(set) var total = Count()

    private let votes: [PartyCode: Vote]

    /// What a party of the electorate said; nil for one that has not voted or may not.
    public func vote(of party: PartyCode) -> Vote? { votes[party] }

    /// Counts the votes of the electorate's parties; votes of anybody else do not count.
    public init(electorate: Electorate, votes: [PartyCode: Vote]) {
        self.votes = votes
        for elector in electorate.electors {
            // The electorate has checked that all weights together fit.
            total.add(elector.weight)
            switch votes[elector.party] {
            case .yes: yes.add(elector.weight)
            case .no: no.add(elector.weight)
            case .abstain: abstain.add(elector.weight)
            case nil: open.add(elector.weight)
            }
        }
    }

    /// `1 yes, 0 no, 2 open`, in statutory votes; abstentions are named if there are any.
    public var summary: String {
        let abstentions = abstain.heads > 0 ? ", \(abstain.weight.inGroups) abstained" : ""
        return "\(yes.weight.inGroups) yes, \(no.weight.inGroups) no\(abstentions), \(open.weight.inGroups) open"
    }
}
