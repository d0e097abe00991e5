internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende usage`: reported usage and its totals.
struct UsageCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "What was used, as the members' systems report it.",
        subcommands: [Report.self, Totals.self, GenerateUsage.self])

    struct Report: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reports the usage in a CSV file; repeating it counts nothing twice.",
            discussion: """
                The file has the columns party,metric,interval_start,interval_end,quantity with instants such as \
                2012-01-31T23:00:00Z; an interval's end does not belong to it. Records go in batches of 10,000, each \
                of which is stored whole or not at all.
                """)
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ApplicationOptions

        @Argument(help: "CSV file.")
        var file: String
        @Option(help: "Id of the system that reports, for example data-centre-north.")
        var source: String

        func run(_ session: Session) async throws {
            let client = UsageServiceClient(session.client)
            let metrics = try await MetricScales.of(parent.name, client)
            let total = try LineFile.countOfLinesAfterTheFirst(file)
            let usage = try UsageFile(file, scales: metrics.scales)
            var reporter = UsageReporter(application: parent.name, source: source, total: total)
            do {
                try await reporter.send(usage, client)
            } catch {
                Device.remark(
                    "\(Grouped.text(reporter.summary.batches)) batches were acknowledged before this; "
                        + "a repeated report counts them once.\n")
                throw error
            }
            Device.print(session.output == .json ? try reporter.summary.json : reporter.summary.text)
        }
    }

    struct Totals: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Shows totals by party and metric.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ApplicationOptions

        @Option(
            help: "Days in which the intervals begin: a year, a month, or 2012-01-01/2012-07-01.",
            transform: Arguments.period)
        var period: DateRange
        @Option(help: "Size of the register at which the records were known; the newest when left out.")
        var registerSize: Int64 = 0

        func run(_ session: Session) async throws {
            let client = UsageServiceClient(session.client)
            let metrics = try await MetricScales.of(parent.name, client)
            var request = QueryUsageTotalsRequest()
            request.parent = parent.name
            request.period = period
            request.registerSize = registerSize
            let response = try await client.queryUsageTotals(request)
            try session.show(response) {
                var table = Table(
                    .text("party"), .text("metric"), .number("quantity"), .text("unit"), .number("records"))
                for total in response.totals {
                    let metric = Names.short(total.metric)
                    table.add(
                        Names.short(total.party), metric,
                        Words.quantity(total.quantity, scale: Int32(metrics.scales[metric] ?? 0)),
                        metrics.units[metric] ?? "", Grouped.text(total.recordCount))
                }
                return table.text
            }
        }
    }
}

/// What the metrics of an application count, by their ids.
struct MetricScales {
    let scales: [String: Int]
    let units: [String: String]

    static func of(_ application: String, _ client: UsageServiceClient) async throws -> MetricScales {
        var request = ListMetricsRequest()
        request.parent = application
        let metrics = try await client.listMetrics(request).metrics
        return MetricScales(
            scales: Dictionary(metrics.map { (Names.short($0.name), Int($0.scale)) }) { first, _ in first },
            units: Dictionary(metrics.map { (Names.short($0.name), $0.unit) }) { first, _ in first })
    }
}
