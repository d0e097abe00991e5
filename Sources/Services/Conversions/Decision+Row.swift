internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

extension Decision {
    init(_ row: DecisionRow, consortium: String) throws {
        try self.init(serializedBytes: row.change)
        name = "\(consortium)/decisions/\(row.code)"
        rule = API.VotingRule(rawValue: Int(row.rule)) ?? .unspecified
        state = API.DecisionState(rawValue: Int(row.state)) ?? .unspecified
        votes = row.votes.map { row in
            var vote = API.Vote()
            vote.party = "parties/" + row.partyCode
            vote.weight = row.weight
            vote.ballot = API.Ballot(rawValue: Int(row.ballot)) ?? .unspecified
            return vote
        }
        explanation = try VoteRules.verdict(row).explanation
    }
}

extension VoteCast {
    init(_ request: CastVoteRequest, voter: String, state: API.DecisionState) {
        self.init()
        decision = request.name
        party = "parties/" + voter
        ballot = request.ballot
        self.state = state
    }
}
