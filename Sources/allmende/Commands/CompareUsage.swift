internal import API
internal import ArgumentParser

/// `allmende usage compare`: the usage of all members beside each other.
struct CompareUsage: ConnectedCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Shows a year's usage of all members, where their charter permits.",
        discussion: """
            Figures below 5 are left out, and as many others as it takes that none of them can be worked out from the \
            total.
            """)
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var parent: ApplicationOptions

    @Option(help: "Calendar year that is over.")
    var year: Int32
    @Option(help: "Id of one metric; all when left out.")
    var metric: String?

    func run(_ session: Session) async throws {
        let client = UsageServiceClient(session.client)
        let metrics = try await MetricScales.of(parent.name, client)
        var request = CompareUsageRequest()
        request.parent = parent.name
        request.year = year
        request.metric = metric.map { "\(parent.name)/metrics/\($0)" } ?? ""
        let response = try await client.compareUsage(request)
        try session.show(response) { UsageTables.comparisons(response.comparisons, metrics) }
    }
}
