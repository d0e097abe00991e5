/// The votes of one decision: its frozen electorate and at most one effective vote for each of its parties.
///
/// While the decision is open a party may replace its vote; the register keeps both.
public struct Ballot: Sendable, Hashable {
    public let electorate: Electorate
    public private(set) var votes: [PartyCode: Vote]

    public init(electorate: Electorate, votes: [PartyCode: Vote] = [:]) {
        self.electorate = electorate
        self.votes = votes
    }

    /// Casts or replaces a party's vote. Throws NOT_IN_ELECTORATE for a party that may not vote.
    public mutating func cast(_ vote: Vote, by party: PartyCode) throws(Failure) {
        guard electorate.weight(of: party) != nil else {
            throw Failure(
                .notInElectorate,
                "\(party) may not vote in this decision: only parties that were members when it was opened may"
            ).with("party", party.text)
        }
        votes[party] = vote
    }

    public var tally: Tally { Tally(electorate: electorate, votes: votes) }
}
