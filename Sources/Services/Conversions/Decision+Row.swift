internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

extension Decision {
    init(_ row: DecisionRow, consortium: String) throws {
        try self.init(serializedBytes: row.change)
        name = "\(consortium)/decisions/\(row.code)"
        rule = try MajorityRule(serializedBytes: row.rule)
        proposer = "parties/" + row.proposer
        lastVotingDay = API.CivilDate(row.lastVotingDay)
        state = API.DecisionState(rawValue: Int(row.state)) ?? .unspecified
        votes = row.votes.map { row in
            var vote = API.Vote()
            vote.party = "parties/" + row.partyCode
            vote.weight = row.weight
            vote.ballot = API.Ballot(rawValue: Int(row.ballot)) ?? .unspecified
            return vote
        }
        let count = try row.verdict(isClosed: row.state != Int16(API.DecisionState.open.rawValue)).explanation
        explanation = row.note.isEmpty ? count : "\(row.note); \(count)"
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
