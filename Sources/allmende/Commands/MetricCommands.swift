internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende metric`: what is counted of an application.
struct MetricCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metric", abstract: "What is counted of an application.", subcommands: [Create.self, List.self])

    struct Create: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Declares a metric.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ApplicationOptions

        @Argument(help: "Id of the metric, for example cases.")
        var metric: String
        @Option(help: "Unit for people, for example case.")
        var unit: String
        @Option(help: "Digits after the decimal point in quantities.")
        var scale: Int32 = 0
        @Option(help: "How quantities are put together.")
        var aggregation = Choice(Aggregation.sum)

        func run(_ session: Session) async throws {
            var request = CreateMetricRequest()
            request.parent = parent.name
            request.metricID = metric
            request.metric.unit = unit
            request.metric.scale = scale
            request.metric.aggregation = aggregation.value
            let response = try await UsageServiceClient(session.client).createMetric(change.stamp(request))
            try session.show(response) { MetricCommands.table([response.metric]) }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the metrics of an application.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ApplicationOptions

        func run(_ session: Session) async throws {
            var request = ListMetricsRequest()
            request.parent = parent.name
            let response = try await UsageServiceClient(session.client).listMetrics(request)
            try session.show(response) { MetricCommands.table(response.metrics) }
        }
    }

    private static func table(_ metrics: [Metric]) -> String {
        var table = Table(.text("metric"), .text("unit"), .number("decimals"), .text("aggregation"))
        for metric in metrics {
            table.add(Names.short(metric.name), metric.unit, "\(metric.scale)", Choice.text(metric.aggregation))
        }
        return table.text
    }
}
