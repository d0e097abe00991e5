internal import API
internal import ArgumentParser
internal import Domain
internal import Terminal

/// `allmende settlement calculate`: from booked costs, or in advance.
struct CalculateSettlement: ConnectedCommand {
    static let configuration = CommandConfiguration(
        commandName: "calculate", abstract: "Calculates a settlement and stores it with everything it rests on.",
        discussion: """
            An advance is shared out from a budget, or asked for at the rates of the last settlement until there is one:
              --budget operation=90000.00 --budget maintenance=12000.00
              --at-rates-of year-2012
            """)
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var parent: ConsortiumOption

    @Argument(help: "Id of the new settlement, for example year-2012.")
    var settlement: String
    @Option(help: "Id of the agreement.")
    var agreement: String
    @Option(help: "Days to settle: a year, a month, or 2012-01-01/2012-07-01.", transform: Arguments.period)
    var period: API.DateRange
    @Option(name: .customLong("budget"), help: "A pool and what it will need: ask for it in advance.")
    var budgets: [String] = []
    @Option(help: "Currency of the budget.")
    var currency = "EUR"
    @Option(help: "Id of the last settlement: ask in advance at its rates.")
    var atRatesOf: String?
    @Flag(help: "Calculate and show, but store nothing.")
    var preview = false

    func validate() throws {
        if !budgets.isEmpty, atRatesOf != nil { throw ValidationError("Give --budget or --at-rates-of, not both.") }
        _ = try needs()
    }

    func run(_ session: Session) async throws {
        var request = CalculateSettlementRequest()
        request.parent = Names.consortium(parent.consortium)
        request.settlementID = settlement
        request.agreement = Names.agreement(agreement, in: parent.consortium)
        request.period = period
        request.validateOnly = preview
        if !budgets.isEmpty { request.advance.budget.pools = try needs() }
        if let atRatesOf { request.advance.lastSettlement = Names.settlement(atRatesOf, in: parent.consortium) }
        let response = try await SettlementServiceClient(session.client).calculateSettlement(change.stamp(request))
        try await SettlementCommands.show(response.settlement, session)
    }

    private func needs() throws -> [PoolBudget] {
        try budgets.map { text in
            let (pool, need) = try Arguments.poolAmount(text, currency: currency)
            var budget = PoolBudget()
            budget.pool = pool
            budget.need = need
            return budget
        }
    }
}
