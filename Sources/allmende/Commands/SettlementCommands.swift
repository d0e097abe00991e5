internal import API
internal import ArgumentParser
internal import Audit
internal import Terminal

/// `allmende settlement`: who owes what, and why.
struct SettlementCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settlement", abstract: "Who owes what, with the reason for every cent.",
        subcommands: [
            CalculateSettlement.self, Show.self, List.self, Explain.self, Verify.self, Approve.self,
            IssueSettlement.self, Correct.self, CalculateExit.self, DocumentCommands.List.self,
            DocumentCommands.Show.self,
        ])

    struct Show: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a settlement.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the settlement.")
        var settlement: String

        func run(_ session: Session) async throws {
            var request = GetSettlementRequest()
            request.name = Names.settlement(settlement, in: parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await SettlementServiceClient(session.client).getSettlement(request)
            try await SettlementCommands.show(response.settlement, session)
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the settlements of a consortium.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        func run(_ session: Session) async throws {
            var request = ListSettlementsRequest()
            request.parent = Names.consortium(parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let all = try await request.all { try await SettlementServiceClient(session.client).listSettlements($0) }
            var table = Table(
                .text("settlement"), .text("kind"), .text("period"), .text("by"), .number("total"), .text("state"))
            for settlement in all.settlements {
                table.add(
                    Names.short(settlement.name), Choice.text(settlement.kind), Words.period(settlement.period),
                    Names.shortRevision(settlement.agreementRevision), Words.money(settlement.total),
                    Choice.text(settlement.state))
            }
            try session.show(all, table)
        }
    }

    struct Explain: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says in words why a party bears what it bears.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the settlement.")
        var settlement: String
        @Option(help: "Code of the party.")
        var party: String

        func run(_ session: Session) async throws {
            var request = ExplainSettlementLineRequest()
            request.name = Names.settlement(settlement, in: parent.consortium)
            request.party = Names.party(party)
            let response = try await SettlementServiceClient(session.client).explainSettlementLine(request)
            try session.show(response) { response.paragraphs.joined(separator: "\n\n") + "\n" }
        }
    }

    struct Verify: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Calculates a settlement again from what it rests on, and compares it to the cent.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the settlement.")
        var settlement: String

        func run(_ session: Session) async throws {
            var request = RecomputeSettlementRequest()
            request.name = Names.settlement(settlement, in: parent.consortium)
            let response = try await SettlementServiceClient(session.client).recomputeSettlement(request)
            try session.show(response) { Self.text(response, settlement) }
            if !response.isIdentical { throw ExitCode.failure }
        }

        static func text(_ response: RecomputeSettlementResponse, _ settlement: String) -> String {
            if response.isIdentical {
                return "IDENTICAL: \(settlement) is what its entry says, and what its inputs give: "
                    + "\(Words.money(response.total))\n"
            }
            var text = "NOT IDENTICAL: \(settlement) is not what it was\n"
            for mismatch in response.mismatches {
                let place =
                    mismatch.party.isEmpty
                    ? "" : "\(Names.short(mismatch.party)), \(Choice.text(mismatch.pool)): "
                text += "  \(mismatch.source): \(place)\(mismatch.text)\n"
            }
            return text
        }
    }

    struct Approve: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Opens the ballot on approving a settlement; the members vote with `decision vote`.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the settlement.")
        var settlement: String
        @Option(help: "Id of the new decision; approve- and the settlement's id when left out.")
        var decision: String?

        func run(_ session: Session) async throws {
            var request = OpenDecisionRequest()
            request.parent = Names.consortium(parent.consortium)
            request.decisionID = decision ?? "approve-" + Names.short(settlement)
            request.decision.approveSettlement.settlement = Names.settlement(settlement, in: parent.consortium)
            let response = try await DecisionServiceClient(session.client).openDecision(change.stamp(request))
            try session.show(response) { DecisionCommands.text(response.decision) }
        }
    }

    struct Correct: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Calculates issued days again with all that is known now; approve and issue it afterwards.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the issued settlement.")
        var settlement: String
        @Option(name: .customLong("as"), help: "Id of the correction, for example year-2012-b.")
        var id: String
        @Flag(help: "Calculate and show, but store nothing.")
        var preview = false

        func run(_ session: Session) async throws {
            var request = CorrectSettlementRequest()
            request.name = Names.settlement(settlement, in: parent.consortium)
            request.settlementID = id
            request.validateOnly = preview
            let response = try await SettlementServiceClient(session.client).correctSettlement(change.stamp(request))
            try await SettlementCommands.show(response.settlement, session)
        }
    }

    /// With the lines' components as a table or in the form of the audit bundle.
    static func show(_ settlement: Settlement, _ session: Session) async throws {
        let names = try await PartyNames.of(settlement, session)
        try session.show(settlement, csv: { SettlementCSV(settlement).bytes }) {
            SettlementTable.text(settlement, names: names)
        }
    }
}
