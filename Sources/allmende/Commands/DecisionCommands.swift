internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende decision`: ballots on joint changes.
struct DecisionCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decision", abstract: "Ballots: every joint change is voted on, and enacted when it passes.",
        subcommands: [OpenDecision.self, Vote.self, Withdraw.self, Preview.self, Show.self, List.self])

    struct Vote: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Casts the vote of your party, or changes it.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the decision.")
        var decision: String
        @Argument(help: "What your party says.")
        var ballot: Choice<Ballot>

        func run(_ session: Session) async throws {
            var request = CastVoteRequest()
            request.name = Names.decision(decision, in: parent.consortium)
            request.ballot = ballot.value
            let response = try await DecisionServiceClient(session.client).castVote(change.stamp(request))
            try session.show(response) { DecisionCommands.text(response.decision) }
        }
    }

    struct Withdraw: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Takes a proposal back while its ballot is open.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the decision.")
        var decision: String

        func run(_ session: Session) async throws {
            var request = WithdrawDecisionRequest()
            request.name = Names.decision(decision, in: parent.consortium)
            let response = try await DecisionServiceClient(session.client).withdrawDecision(change.stamp(request))
            try session.show(response) { DecisionCommands.text(response.decision) }
        }
    }

    struct Preview: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what a decision would change if it passed now.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the decision.")
        var decision: String

        func run(_ session: Session) async throws {
            var request = PreviewDecisionRequest()
            request.name = Names.decision(decision, in: parent.consortium)
            let response = try await DecisionServiceClient(session.client).previewDecision(request)
            try session.show(response) { EffectTable.text(response.effects) }
        }
    }

    struct Show: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a decision and how the count stands.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the decision.")
        var decision: String

        func run(_ session: Session) async throws {
            var request = GetDecisionRequest()
            request.name = Names.decision(decision, in: parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await DecisionServiceClient(session.client).getDecision(request)
            try session.show(response.decision) { DecisionCommands.text(response.decision) }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the decisions of a consortium.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        func run(_ session: Session) async throws {
            var request = ListDecisionsRequest()
            request.parent = Names.consortium(parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await request.all { try await DecisionServiceClient(session.client).listDecisions($0) }
            try session.show(response) {
                var table = Table(.text("decision"), .text("on"), .text("votes until"), .text("state"))
                for decision in response.decisions {
                    table.add(
                        Names.short(decision.name), subject(decision), Words.day(decision.lastVotingDay),
                        Choice.text(decision.state))
                }
                return table.text
            }
        }
    }

    static func text(_ decision: Decision) -> String {
        var table = Table(.text("party"), .number("votes"), .text("says"))
        for vote in decision.votes {
            let says = vote.ballot == .unspecified ? "–" : Choice.text(vote.ballot)
            table.add(Names.short(vote.party), "\(vote.weight)", says)
        }
        var head = "\(Names.short(decision.name)): \(subject(decision)) – \(Choice.text(decision.state))\n"
        if decision.state == .open { head += "votes are taken until \(Words.day(decision.lastVotingDay))\n" }
        return head + "\(decision.explanation)\n\n" + table.text
    }

    private static func subject(_ decision: Decision) -> String {
        switch decision.change {
        case .foundConsortium: "found the consortium"
        case .setOwnership(let change): "ownership of \(Names.short(change.application))"
        case .adoptAgreementRevision(let change):
            "adopt \(Names.shortRevision(change.agreementRevision))"
        case .admitMember(let change): "admit \(Names.short(change.party))"
        case .amendCharter: "amend the charter"
        case .publishRelease(let change): "publish \(Names.shortRelease(change.release))"
        case .withdrawRelease(let change): "withdraw \(Names.shortRelease(change.release))"
        case .appointAuditor(let change): "appoint \(Names.short(change.party)) as auditor"
        case .dissolveConsortium(let change): "dissolve the consortium on \(Words.day(change.dissolvedOn))"
        case .approveSettlement(let change): "approve settlement \(Names.short(change.settlement))"
        case .terminateAgreement(let change):
            "end agreement \(Names.short(change.agreement)) on \(Words.day(change.endDate))"
        case .reopenPeriod(let change): "reopen period \(Names.short(change.period))"
        case nil: "a change that this program does not know"
        }
    }
}
