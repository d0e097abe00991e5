import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(1)))
struct VotingTests {
    private func ballot(_ weights: [Int64], _ votes: [Vote?]) throws -> Ballot {
        let electors = try weights.enumerated().map { Electorate.Elector(party: try party("p\($0)"), weight: $1) }
        var ballot = Ballot(electorate: try Electorate(electors))
        for (index, vote) in votes.enumerated() {
            if let vote { try ballot.cast(vote, by: party("p\(index)")) }
        }
        return ballot
    }

    private func outcome(_ kind: VotingRuleKind, _ weights: [Int64], _ votes: [Vote?]) throws -> Verdict.Outcome {
        kind.rule.verdict(on: try ballot(weights, votes).tally).outcome
    }

    @Test func simpleMajorityIsMoreThanHalfOfAllVotes() throws {
        #expect(try outcome(.simpleMajority, [1, 1, 1], [.yes]) == .open)
        #expect(try outcome(.simpleMajority, [1, 1, 1], [.yes, .yes]) == .passed)
        #expect(try outcome(.simpleMajority, [1, 1, 1, 1], [.yes, .yes]) == .open)
        #expect(try outcome(.simpleMajority, [1, 1, 1, 1], [.yes, .yes, .no, .abstain]) == .rejected)
        #expect(try outcome(.simpleMajority, [1, 1], [nil, .no]) == .rejected)
        #expect(try outcome(.simpleMajority, [5, 2, 2], [.yes]) == .passed)
        let huge = Int64.max / 2
        #expect(try outcome(.simpleMajority, [huge, huge], [.yes]) == .open)
        #expect(try outcome(.simpleMajority, [huge, huge], [.yes, .yes]) == .passed)
    }

    @Test func unanimityEndsWithTheFirstOtherVote() throws {
        #expect(try outcome(.unanimous, [1, 7], [.yes]) == .open)
        #expect(try outcome(.unanimous, [1, 7], [.yes, .yes]) == .passed)
        #expect(try outcome(.unanimous, [1, 7], [nil, .no]) == .rejected)
        #expect(try outcome(.unanimous, [1, 7], [.abstain]) == .rejected)
    }

    /// A verdict is early exactly when every way of casting the open votes gives the same end.
    @Test(arguments: VotingRuleKind.allCases)
    func decidesExactlyWhenNothingCanChange(kind: VotingRuleKind) throws {
        let choices: [Vote?] = [nil, .yes, .no, .abstain]
        let weights: [Int64] = [3, 1, 2, 1]
        for code in 0..<256 {
            let votes = (0..<4).map { choices[code >> (2 * $0) & 3] }
            let ends = try Set(
                (0..<81).map { fill in
                    var power = 1
                    let full = votes.map { vote in
                        defer { if vote == nil { power *= 3 } }
                        return vote ?? [.yes, .no, .abstain][fill / power % 3]
                    }
                    return try outcome(kind, weights, full)
                })
            #expect(!ends.contains(.open))
            let expected = ends.count == 1 ? ends.first : .open
            #expect(try outcome(kind, weights, votes) == expected, "votes \(votes)")
        }
    }

    @Test func explainsItself() throws {
        let tally = try ballot([1, 1, 1], [.yes]).tally
        #expect(
            VotingRuleKind.simpleMajority.rule.verdict(on: tally).explanation
                == "needs more than 1/2 of 3 votes; has 1 yes, 0 no, 2 open")
        let other = try ballot([2, 1, 1], [.yes, .abstain]).tally
        #expect(Unanimous().verdict(on: other).explanation == "needs all 4 votes; has 2 yes, 0 no, 1 abstained, 1 open")
    }

    @Test func aVoteIsReplacedAndOnlyElectorsVote() throws {
        var ballot = try ballot([1, 1], [.no])
        try ballot.cast(.yes, by: party("p0"))
        #expect(ballot.tally.yes.heads == 1 && ballot.tally.no.heads == 0)
        let failure = try thrown { try ballot.cast(.yes, by: party("stranger")) }
        #expect(failure.reason == .notInElectorate)
        #expect(failure.detail("party") == "stranger")
    }

    @Test func electoratesAreChecked() throws {
        #expect(try thrown { _ = try Electorate([]) }.violations.map(\.field) == ["electorate"])
        let twice = try thrown {
            _ = try Electorate(
                [.init(party: party("a"), weight: 1), .init(party: party("a"), weight: 0)], field: "members")
        }
        #expect(twice.violations.map(\.field) == ["members[1].weight", "members[1].party"])
        let tooMuch = try thrown {
            _ = try Electorate([.init(party: party("a"), weight: Int64.max), .init(party: party("b"), weight: 1)])
        }
        #expect(tooMuch.reason == .outOfRange)
    }
}
