internal import API
internal import ArgumentParser

/// `allmende settlement exit`: what is between the consortium and a party that leaves.
struct CalculateExit: ConnectedCommand {
    static let configuration = CommandConfiguration(
        commandName: "exit",
        abstract: "Calculates what a party that leaves gets or still bears; approve and issue it afterwards.",
        discussion: """
            The agreement says by which share it has part in assets less debts. What it has bound itself to beyond its \
            exit comes by --obligation, an amount, an equals sign and what it is for:
              --net-assets -12000.00 --obligation "1200.00=licence until 2015"
            """)
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var parent: ConsortiumOption

    @Argument(help: "Id of the new settlement, for example exit-09473132.")
    var settlement: String
    @Option(help: "Code of the party.")
    var party: String
    @Option(help: "Id of the agreement.")
    var agreement: String
    @Option(help: "Assets less debts by the closing accounts; below zero for a deficit.")
    var netAssets: String?
    @Option(name: .customLong("obligation"), help: "AMOUNT=WHAT; repeat for each.")
    var obligations: [String] = []
    @Option(help: "Currency of the amounts.")
    var currency = "EUR"
    @Flag(help: "Calculate and show, but store nothing.")
    var preview = false

    func run(_ session: Session) async throws {
        var request = CalculateExitSettlementRequest()
        request.parent = Names.consortium(parent.consortium)
        request.settlementID = settlement
        request.party = Names.party(party)
        request.agreement = Names.agreement(agreement, in: parent.consortium)
        if let netAssets { request.netAssets = try Arguments.money(netAssets, currency) }
        request.obligations = try obligations.map { text in
            let part = try PartValue(text)
            var obligation = ExitObligation()
            obligation.amount = try Arguments.money(part.party, currency)
            obligation.description_p = part.value
            return obligation
        }
        request.validateOnly = preview
        let response = try await SettlementServiceClient(session.client)
            .calculateExitSettlement(change.stamp(request))
        try await SettlementCommands.show(response.settlement, session)
    }
}
