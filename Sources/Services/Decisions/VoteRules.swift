internal import API
internal import Domain
internal import Store

/// Who may vote, and how a count stands: the domain's rules on stored rows.
enum VoteRules {
    /// Refuses a vote on a closed ballot or by someone outside its electorate.
    static func check(_ decision: DecisionRow, voter: String, name: String) throws {
        try Domain.DecisionState(number: decision.state).require(.open, to: "cast a vote")
        guard decision.votes.contains(where: { $0.partyCode == voter }) else {
            throw Failure(.notInElectorate, "party \(voter) was not a member when the ballot was opened")
                .about("decision", name)
        }
    }

    /// The verdict on the votes cast so far.
    static func verdict(_ decision: DecisionRow) throws -> Verdict {
        var ballot = Ballot(
            electorate: try Electorate(
                decision.votes.map { vote in
                    Electorate.Elector(
                        party: try PartyCode(vote.partyCode, field: "votes"), weight: Int64(vote.weight))
                }))
        for vote in decision.votes {
            guard let said = Domain.Vote(number: vote.ballot) else { continue }
            try ballot.cast(said, by: try PartyCode(vote.partyCode, field: "votes"))
        }
        let rule: any Domain.VotingRule =
            decision.rule == Int16(API.VotingRule.unanimous.rawValue) ? Unanimous() : SimpleMajority()
        return rule.verdict(on: ballot.tally)
    }

    /// The state that follows from the votes.
    static func state(_ decision: DecisionRow) throws -> API.DecisionState {
        API.DecisionState(Domain.DecisionState(try verdict(decision).outcome))
    }
}

extension Domain.Vote {
    /// The vote with the number of the API's Ballot; nil for one not cast.
    fileprivate init?(number: Int16) {
        switch API.Ballot(rawValue: Int(number)) {
        case .yes: self = .yes
        case .no: self = .no
        case .abstain: self = .abstain
        default: return nil
        }
    }
}
