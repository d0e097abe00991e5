internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende usage confirm`: a party says that its totals are right.
struct ConfirmUsage: ConnectedCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "Confirms the totals of your party, before they are settled.")
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var parent: ApplicationOptions

    @Option(help: "The days: a year, a month, or 2012-01-01/2012-07-01.", transform: Arguments.period)
    var period: DateRange
    @Option(help: "Size of the register at which you have read the totals; what there is now when left out.")
    var registerSize: Int64 = 0

    func run(_ session: Session) async throws {
        var request = ConfirmUsageRequest()
        request.parent = parent.name
        request.period = period
        request.registerSize = registerSize
        let client = UsageServiceClient(session.client)
        let metrics = try await MetricScales.of(parent.name, client)
        let response = try await client.confirmUsage(change.stamp(request))
        try session.show(response) { UsageTables.totals(response.statement.totals, metrics) }
    }
}

/// `allmende usage dispute`: a party says that its totals are wrong.
struct DisputeUsage: ConnectedCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispute", abstract: "Disputes the totals of your party.")
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var parent: ApplicationOptions

    @Option(help: "The days: a year, a month, or 2012-01-01/2012-07-01.", transform: Arguments.period)
    var period: DateRange
    @Option(name: .customLong("metric"), help: "Id of a metric that is wrong; repeat for each, all when left out.")
    var metrics: [String] = []

    func run(_ session: Session) async throws {
        var request = DisputeUsageRequest()
        request.parent = parent.name
        request.period = period
        request.metrics = metrics.map { "\(parent.name)/metrics/\($0)" }
        let client = UsageServiceClient(session.client)
        let scales = try await MetricScales.of(parent.name, client)
        let response = try await client.disputeUsage(change.stamp(request))
        try session.show(response) { UsageTables.totals(response.statement.totals, scales) }
    }
}

/// `allmende usage statements`: who has confirmed or disputed its totals, and who has said nothing.
struct UsageStatementList: ConnectedCommand {
    static let configuration = CommandConfiguration(
        commandName: "statements", abstract: "Shows who has confirmed or disputed its totals, and who has not.")
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var parent: ApplicationOptions
    @OptionGroup var asOf: AsOfOptions

    @Option(help: "The days: a year, a month, or 2012-01-01/2012-07-01.", transform: Arguments.period)
    var period: DateRange

    func run(_ session: Session) async throws {
        var request = ListUsageStatementsRequest()
        request.parent = parent.name
        request.period = period
        if let asOf = try asOf.message() { request.asOf = asOf }
        let response = try await request.all { try await UsageServiceClient(session.client).listUsageStatements($0) }
        try session.show(response) {
            var table = Table(.text("party"), .text("statement"), .text("metrics"))
            for statement in response.statements {
                table.add(
                    Names.short(statement.party), Choice.text(statement.verdict),
                    statement.disputedMetrics.map(Names.short).joined(separator: ", "))
            }
            return table.text
        }
    }
}

/// `allmende usage late`: what was recorded for closed periods.
struct LateUsageList: ConnectedCommand {
    static let configuration = CommandConfiguration(
        commandName: "late", abstract: "Shows what was recorded for closed periods, by the days on which it is booked.")
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var parent: ApplicationOptions
    @OptionGroup var asOf: AsOfOptions

    @Option(help: "The days: a year, a month, or 2012-01-01/2012-07-01.", transform: Arguments.period)
    var booked: DateRange

    func run(_ session: Session) async throws {
        var request = ListLateUsageRequest()
        request.parent = parent.name
        request.booked = booked
        request.pageSize = 1000
        if let asOf = try asOf.message() { request.asOf = asOf }
        let client = UsageServiceClient(session.client)
        let metrics = try await MetricScales.of(parent.name, client)
        var whole = ListLateUsageResponse()
        repeat {
            let page = try await client.listLateUsage(request)
            whole.entries += page.entries
            whole.asOf = page.asOf
            request.asOf = page.asOf
            request.pageToken = page.nextPageToken
        } while !request.pageToken.isEmpty
        try session.show(whole) {
            var table = Table(
                .text("party"), .text("metric"), .text("of"), .text("booked on"), .number("change"),
                .number("records"), .number("position"))
            for entry in whole.entries {
                let metric = Names.short(entry.metric)
                table.add(
                    Names.short(entry.party), metric, Words.day(entry.day), Words.day(entry.bookedOn),
                    metrics.text(entry.quantity, of: metric), Grouped.text(entry.recordCount),
                    "\(entry.registerPosition)")
            }
            return table.text
        }
    }
}
