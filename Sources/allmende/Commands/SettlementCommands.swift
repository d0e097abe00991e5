internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende settlement`: who owes what, and why.
struct SettlementCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settlement", abstract: "Who owes what, with the reason for every cent.",
        subcommands: [Calculate.self, Show.self])

    struct Calculate: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Calculates a settlement and stores it with everything it rests on.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the new settlement, for example year-2012.")
        var settlement: String
        @Option(help: "Id of the agreement.")
        var agreement: String
        @Option(help: "Days to settle: a year, a month, or 2012-01-01/2012-07-01.", transform: Arguments.period)
        var period: DateRange
        @Flag(help: "Calculate and show, but store nothing.")
        var preview = false

        func run(_ session: Session) async throws {
            var request = CalculateSettlementRequest()
            request.parent = Names.consortium(parent.consortium)
            request.settlementID = settlement
            request.agreement = Names.agreement(agreement, in: parent.consortium)
            request.period = period
            request.validateOnly = preview
            let response = try await SettlementServiceClient(session.client).calculateSettlement(change.stamp(request))
            let names = try await PartyNames.of(response.settlement, session)
            try session.show(response) { SettlementTable.text(response.settlement, names: names) }
        }
    }

    struct Show: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a settlement.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the settlement.")
        var settlement: String

        func run(_ session: Session) async throws {
            var request = GetSettlementRequest()
            request.name = Names.settlement(settlement, in: parent.consortium)
            let response = try await SettlementServiceClient(session.client).getSettlement(request)
            let names = try await PartyNames.of(response.settlement, session)
            try session.show(response.settlement) { SettlementTable.text(response.settlement, names: names) }
        }
    }
}
