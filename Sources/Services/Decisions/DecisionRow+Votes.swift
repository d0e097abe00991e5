internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// Who may vote, and how a count stands: the domain's rules on stored rows.
extension DecisionRow {
    /// Refuses a vote on a closed ballot, after its last day, or by someone outside its electorate.
    func require(voter: String, today: Domain.CivilDate, name: String) throws {
        try Domain.DecisionState(number: state).require(.open, to: "cast a vote")
        guard today <= lastVotingDay else {
            throw Failure(
                .invalidState, "the last day for votes was \(lastVotingDay); the ballot is OPEN only to be counted"
            ).about("decision", name)
        }
        guard votes.contains(where: { $0.partyCode == voter }) else {
            throw Failure(.notInElectorate, "party \(voter) was not a member when the ballot was opened")
                .about("decision", name)
        }
    }

    /// Its electorate, frozen when it was opened.
    func electorate() throws -> Electorate {
        try Electorate(
            votes.map { vote in
                Electorate.Elector(
                    party: try PartyCode(vote.partyCode, field: "electorate"), weight: Int64(vote.weight))
            })
    }

    /// The verdict on the votes cast so far, or on all there will be.
    func verdict(isClosed: Bool) throws -> Verdict {
        var ballot = Domain.Ballot(electorate: try electorate())
        for vote in votes {
            guard let said = Domain.Vote(number: vote.ballot) else { continue }
            try ballot.cast(said, by: try PartyCode(vote.partyCode, field: "votes"))
        }
        return try majority().verdict(on: ballot.tally, isClosed: isClosed)
    }

    private func majority() throws -> Domain.MajorityRule {
        var checks = FieldChecks()
        let rule = checks.majority(try API.MajorityRule(serializedBytes: rule), field: "decision.rule")
        try checks.finish()
        return rule!
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
