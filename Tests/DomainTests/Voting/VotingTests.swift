import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct VotingTests {
    private func ballot(_ weights: [Int64], _ votes: [Vote?]) throws -> Ballot {
        let electors = try weights.enumerated().map { Electorate.Elector(party: try party("p\($0)"), weight: $1) }
        var ballot = Ballot(electorate: try Electorate(electors))
        for (index, vote) in votes.enumerated() {
            if let vote { try ballot.cast(vote, by: party("p\(index)")) }
        }
        return ballot
    }

    private func outcome(
        _ rule: MajorityRule, _ weights: [Int64], _ votes: [Vote?], isClosed: Bool = false
    ) throws -> Verdict.Outcome {
        rule.verdict(on: try ballot(weights, votes).tally, isClosed: isClosed).outcome
    }

    private static let twoThirds = MajorityRule.qualifiedStatutory(Fraction(2, 3)!, moreThan: false)
    private static let consents = ["p0", "p1"].compactMap { try? party($0) }.map { MajorityRule.consentOf($0) }
    private static let rules: [MajorityRule] = [
        .absolute, twoThirds, .unanimous, .simplePresent(abstentionsCount: false),
        .simplePresent(abstentionsCount: true), .double(heads: .half, votes: Fraction(2, 3)!), consents[1],
        .allOf([twoThirds, consents[0]]), .anyOf([.unanimous, .double(heads: .half, votes: .half)]),
    ]

    @Test func absoluteMajorityIsMoreThanHalfOfAllVotes() throws {
        #expect(try outcome(.absolute, [1, 1, 1], [.yes]) == .open)
        #expect(try outcome(.absolute, [1, 1, 1], [.yes, .yes]) == .passed)
        #expect(try outcome(.absolute, [1, 1, 1, 1], [.yes, .yes]) == .open)
        #expect(try outcome(.absolute, [1, 1, 1, 1], [.yes, .yes, .no, .abstain]) == .rejected)
        #expect(try outcome(.absolute, [1, 1], [nil, .no]) == .rejected)
        #expect(try outcome(.absolute, [5, 2, 2], [.yes]) == .passed)
        let huge = Int64.max / 2
        #expect(try outcome(.absolute, [huge, huge], [.yes]) == .open)
        #expect(try outcome(.absolute, [huge, huge], [.yes, .yes]) == .passed)
    }

    @Test func thresholdsHoldOnBothSides() throws {
        // Two thirds of 4,201 votes are 2,800 and two thirds, so 2,801 are needed.
        let weights: [Int64] = [2799, 1, 1, 1400]
        #expect(try outcome(Self.twoThirds, weights, [.yes, .yes, .no, .no]) == .rejected)
        #expect(try outcome(Self.twoThirds, weights, [.yes, .yes, .yes, .no]) == .passed)
        // Exactly two thirds are enough; more than that is asked for by `moreThan`.
        let more = MajorityRule.qualifiedStatutory(Fraction(2, 3)!, moreThan: true)
        #expect(try outcome(Self.twoThirds, [2, 1], [.yes, .no]) == .passed)
        #expect(try outcome(more, [2, 1], [.yes, .no]) == .rejected)
        #expect(try outcome(more, [3, 1], [.yes, .no]) == .passed)
        // 11 of 16 heads that hold two thirds of the shares.
        let double = MajorityRule.double(heads: Fraction(11, 16)!, votes: Fraction(2, 3)!)
        let even = [Int64](repeating: 1, count: 16)
        let eleven = [Vote?](repeating: .yes, count: 11) + [Vote?](repeating: .no, count: 5)
        let ten = [Vote?](repeating: .yes, count: 10) + [Vote?](repeating: .no, count: 6)
        #expect(try outcome(double, even, eleven) == .passed)
        #expect(try outcome(double, even, ten) == .rejected)
        #expect(try outcome(double, [Int64](repeating: 1, count: 15) + [8], eleven) == .rejected)
        #expect(try outcome(double, [100] + [Int64](repeating: 1, count: 15), ten) == .rejected)
    }

    /// Every part of every number of votes: the least number that reaches it carries, and one less does not.
    @Test(arguments: 1...12)
    func everyThresholdHoldsOnBothSides(total: Int) throws {
        let weights = [Int64](repeating: 1, count: total)
        for bottom in 1...6 {
            for top in 1...bottom {
                let share = try #require(Fraction(Int64(top), Int64(bottom)))
                for yes in 0...total {
                    let carried = [Vote?](repeating: .yes, count: yes)
                    let votes = carried + [Vote?](repeating: .no, count: total - yes)
                    let reaches: Verdict.Outcome = yes * bottom >= top * total ? .passed : .rejected
                    let exceeds: Verdict.Outcome = yes * bottom > top * total ? .passed : .rejected
                    let context = Comment(rawValue: "\(yes) of \(total), \(share)")
                    #expect(
                        try outcome(.qualifiedStatutory(share, moreThan: false), weights, votes) == reaches, context)
                    #expect(
                        try outcome(.qualifiedStatutory(share, moreThan: true), weights, votes) == exceeds, context)
                    #expect(try outcome(.double(heads: share, votes: share), weights, votes) == reaches, context)
                    let present = try outcome(.quorum(share), weights, carried, isClosed: true)
                    #expect(present == (reaches == .passed ? .passed : .lacksQuorum), context)
                }
            }
        }
    }

    @Test func tiesAndAbstentions() throws {
        let simple = MajorityRule.simplePresent(abstentionsCount: false)
        let strict = MajorityRule.simplePresent(abstentionsCount: true)
        #expect(try outcome(simple, [1, 1], [.yes, .no]) == .rejected)
        #expect(try outcome(simple, [1, 1], [.yes, .abstain]) == .passed)
        #expect(try outcome(strict, [1, 1], [.yes, .abstain]) == .rejected)
        #expect(try outcome(strict, [2, 1], [.yes, .abstain]) == .passed)
        // Nobody but the one who came: at the end that decides, before it does not.
        #expect(try outcome(simple, [1, 1, 1], [.yes]) == .open)
        #expect(try outcome(simple, [1, 1, 1], [.yes], isClosed: true) == .passed)
        #expect(try outcome(simple, [1, 1, 1], [], isClosed: true) == .rejected)
        #expect(try outcome(.absolute, [1, 1, 1], [.yes], isClosed: true) == .rejected)
    }

    @Test func unanimityEndsWithTheFirstOtherVote() throws {
        #expect(try outcome(.unanimous, [1, 7], [.yes]) == .open)
        #expect(try outcome(.unanimous, [1, 7], [.yes, .yes]) == .passed)
        #expect(try outcome(.unanimous, [1, 7], [nil, .no]) == .rejected)
        #expect(try outcome(.unanimous, [1, 7], [.abstain]) == .rejected)
        #expect(try outcome(.unanimous, [1, 7], [.yes], isClosed: true) == .rejected)
    }

    @Test func aQuorumMissedByOneVoteDecidesNothing() throws {
        let rule = MajorityRule.allOf([.simplePresent(abstentionsCount: false), .quorum(.half)])
        #expect(try outcome(rule, [4, 1, 5], [.yes], isClosed: true) == .lacksQuorum)
        #expect(try outcome(rule, [4, 1, 5], [.yes, .abstain], isClosed: true) == .passed)
        #expect(try outcome(rule, [4, 1, 5], [.no, .abstain], isClosed: true) == .rejected)
        #expect(try outcome(rule, [4, 1, 5], [.no], isClosed: true) == .lacksQuorum)
        // Enough yes for any outcome, but the quorum may still fail or come: open until the end.
        #expect(try outcome(rule, [4, 1, 5], [.yes]) == .open)
        #expect(try outcome(rule, [4, 1, 5], [nil, nil, .yes]) == .open)
        #expect(try outcome(rule, [4, 1, 6], [nil, nil, .yes]) == .passed)
    }

    @Test func consentIsOneParty() throws {
        let rule = MajorityRule.allOf([.absolute, .consentOf(try party("p2"))])
        #expect(try outcome(rule, [1, 1, 1], [.yes, .yes]) == .open)
        #expect(try outcome(rule, [1, 1, 1], [.yes, .yes, .abstain]) == .rejected)
        #expect(try outcome(rule, [1, 1, 1], [.yes, nil, .yes]) == .passed)
        #expect(try outcome(rule, [1, 1, 1], [.yes, .yes], isClosed: true) == .rejected)
        #expect(rule.consentingParties == [try party("p2")])
    }

    /// A verdict is early exactly when every way of casting the open votes gives the same end.
    @Test(arguments: rules)
    func decidesExactlyWhenNothingCanChange(rule: MajorityRule) throws {
        let choices: [Vote?] = [nil, .yes, .no, .abstain]
        let weights: [Int64] = [3, 1, 2, 1]
        for code in 0..<256 {
            let votes = (0..<4).map { choices[code >> (2 * $0) & 3] }
            // A vote may also stay away.
            let ends = try Set(
                (0..<256).compactMap { fill -> Verdict.Outcome? in
                    let full = votes.enumerated().map { $1 ?? choices[fill >> (2 * $0) & 3] }
                    return try outcome(rule, weights, full, isClosed: true)
                })
            #expect(!ends.contains(.open))
            let early = try outcome(rule, weights, votes)
            if early == .open {
                #expect(ends.count > 1, "\(rule), votes \(votes) could have been decided as \(ends)")
            } else {
                #expect(ends == [early], "\(rule), votes \(votes)")
            }
        }
    }

    @Test func explainsItself() throws {
        let tally = try ballot([2799, 1402], [.yes, .no]).tally
        #expect(
            Self.twoThirds.verdict(on: tally).explanation
                == "needs 2/3 of 4,201 statutory votes = 2,801; has 2,799 (2,799 yes, 1,402 no, 0 open)")
        let other = try ballot([2, 1, 1], [.yes, .abstain]).tally
        #expect(
            MajorityRule.unanimous.verdict(on: other).explanation
                == "needs all 3 parties = 3; has 1 (2 yes, 0 no, 1 abstained, 1 open)")
        #expect(
            MajorityRule.allOf([.absolute, .consentOf(try party("p2"))]).verdict(on: other).explanation
                == "needs more than 1/2 of 4 statutory votes = 3; has 2; and needs the consent of p2; it has not voted"
                + " (2 yes, 0 no, 1 abstained, 1 open)")
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
