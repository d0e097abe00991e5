internal import API
internal import ArgumentParser
internal import SwiftProtobuf
internal import Terminal

/// `allmende metric`: what is counted of an application.
struct MetricCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metric", abstract: "What is counted of an application.",
        subcommands: [Create.self, Update.self, Retire.self, List.self])

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
        @Flag(help: "The quantities of several systems add up; otherwise a second system is refused.")
        var sourcesAddUp = false
        @OptionGroup var demands: MetricDemands

        func run(_ session: Session) async throws {
            var request = CreateMetricRequest()
            request.parent = parent.name
            request.metricID = metric
            request.metric.unit = unit
            request.metric.scale = scale
            request.metric.aggregation = aggregation.value
            request.metric.sourcesAddUp = sourcesAddUp
            _ = try demands.apply(to: &request.metric)
            let response = try await UsageServiceClient(session.client).createMetric(change.stamp(request))
            try session.show(response) { MetricCommands.table([response.metric]) }
        }
    }

    struct Update: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes what a metric demands of records that come from now on.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ApplicationOptions

        @Argument(help: "Id of the metric.")
        var metric: String
        @OptionGroup var demands: MetricDemands

        func run(_ session: Session) async throws {
            var request = UpdateMetricRequest()
            request.metric.name = "\(parent.name)/metrics/\(metric)"
            let client = UsageServiceClient(session.client)
            request.metric.scale = Int32(try await MetricScales.of(parent.name, client).scales[metric] ?? 0)
            request.updateMask.paths = try demands.apply(to: &request.metric)
            let response = try await client.updateMetric(change.stamp(request))
            try session.show(response) { MetricCommands.table([response.metric]) }
        }
    }

    struct Retire: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes no more records of a metric; what was recorded stays.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ApplicationOptions

        @Argument(help: "Id of the metric.")
        var metric: String

        func run(_ session: Session) async throws {
            var request = RetireMetricRequest()
            request.name = "\(parent.name)/metrics/\(metric)"
            let response = try await UsageServiceClient(session.client).retireMetric(change.stamp(request))
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
            let response = try await request.all { try await UsageServiceClient(session.client).listMetrics($0) }
            try session.show(response) { MetricCommands.table(response.metrics) }
        }
    }

    private static func table(_ metrics: [Metric]) -> String {
        var table = Table(
            .text("metric"), .text("unit"), .number("decimals"), .text("aggregation"), .text("sources"),
            .text("state"))
        for metric in metrics {
            table.add(
                Names.short(metric.name), metric.unit, "\(metric.scale)", Choice.text(metric.aggregation),
                metric.sourcesAddUp ? "add up" : "one", Choice.text(metric.state))
        }
        return table.text
    }
}
