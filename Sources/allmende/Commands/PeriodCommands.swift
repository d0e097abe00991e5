internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende period`: accounting periods.
struct PeriodCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "period", abstract: "Accounting periods: opened, closed, and opened again by a decision.",
        subcommands: [Open.self, Close.self, Show.self, List.self])

    struct Open: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Opens a period.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the new period, for example y2012.")
        var period: String
        @Option(help: "How long it is.")
        var kind = Choice(PeriodKind.fiscalYear)
        @Option(help: "Its first day.", transform: Arguments.day)
        var from: CivilDate

        func run(_ session: Session) async throws {
            var request = CreatePeriodRequest()
            request.parent = Names.consortium(parent.consortium)
            request.periodID = period
            request.period.kind = kind.value
            request.period.days.start = from
            let response = try await PeriodServiceClient(session.client).createPeriod(change.stamp(request))
            try session.show(response) { PeriodCommands.table([response.period]) }
        }
    }

    struct Close: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Closes a period; only a decision opens it again.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the period.")
        var period: String
        @Option(help: "The etag of the period as you know it.")
        var etag = ""
        @Flag(help: "Check, but close nothing.")
        var preview = false

        func run(_ session: Session) async throws {
            var request = ClosePeriodRequest()
            request.name = Names.period(period, in: parent.consortium)
            request.etag = etag
            request.validateOnly = preview
            let response = try await PeriodServiceClient(session.client).closePeriod(change.stamp(request))
            try session.show(response) {
                PeriodCommands.table([response.period]) + UsageTables.unconfirmed(response.openUsageStatements)
            }
        }
    }

    struct Show: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a period.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the period.")
        var period: String

        func run(_ session: Session) async throws {
            var request = GetPeriodRequest()
            request.name = Names.period(period, in: parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await PeriodServiceClient(session.client).getPeriod(request)
            try session.show(response.period) { PeriodCommands.table([response.period]) }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the periods of a consortium.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        func run(_ session: Session) async throws {
            var request = ListPeriodsRequest()
            request.parent = Names.consortium(parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await request.all { try await PeriodServiceClient(session.client).listPeriods($0) }
            try session.show(response) { PeriodCommands.table(response.periods) }
        }
    }

    static func table(_ periods: [Period]) -> String {
        var table = Table(.text("period"), .text("kind"), .text("days"), .text("state"), .number("usage up to"))
        for period in periods {
            let cutOff = period.state == .closed ? "entry \(Grouped.text(period.closedRegisterSize))" : "–"
            table.add(
                Names.short(period.name), Choice.text(period.kind), Words.period(period.days),
                Choice.text(period.state), cutOff)
        }
        return table.text
    }
}
