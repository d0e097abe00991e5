internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende usage`: reported usage and its totals.
struct UsageCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "What was used, as the members' systems report it.",
        subcommands: [
            Report.self, Totals.self, Series.self, CompareUsage.self, History.self, Watch.self, ConfirmUsage.self,
            DisputeUsage.self, UsageStatementList.self, LateUsageList.self, GenerateUsage.self,
        ])

    struct Report: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reports the usage in a file; repeating it counts nothing twice.",
            discussion: """
                A CSV has the columns party,metric,interval_start,interval_end,quantity with instants such as \
                2012-01-31T23:00:00Z; an interval's end does not belong to it. A file whose name ends with .ndjson or \
                .jsonl has an object with these members on each line. Rows go in batches; what is wrong with \
                a row fails no other, and is written with the row into a file of its own. An interrupted report goes \
                on where it was when it is started again.
                """)
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ApplicationOptions

        @Argument(help: "CSV or NDJSON file.")
        var file: String
        @Option(help: "Id of the system that reports, for example data-centre-north.")
        var source: String
        @Flag(help: "Correct records that are stored with another quantity.")
        var supersede = false
        @Option(help: "File for rows that are not stored; FILE.rejected.csv when left out.")
        var rejected: String?
        @Option(help: "Rows that go together, 1 to 10,000; an interruption costs less where they are fewer.")
        var batchSize = UsageFile.batchSize

        func validate() throws {
            guard (1...UsageFile.batchSize).contains(batchSize) else {
                throw ValidationError("--batch-size must lie between 1 and \(Grouped.text(UsageFile.batchSize)).")
            }
        }

        func run(_ session: Session) async throws {
            let client = UsageServiceClient(session.client)
            let metrics = try await MetricScales.of(parent.name, client)
            let job = UsageReporter.Job(application: parent.name, source: source, supersede: supersede)
            var progress = try ReportProgress(
                of: file, application: parent.name, source: source, supersede: supersede)
            let known = progress.interrupted(of: file)
            let usage = try UsageFile(file, scales: metrics.scales, from: known?.place, batchSize: batchSize)
            let total = try LineFile.countOfLines(file) - usage.linesRead
            let rows = RejectedRows(rejected ?? file + ".rejected.csv", after: known?.rejected)
            if let known { Device.remark("Going on behind line \(Grouped.text(known.place.lines)).\n") }
            var reporter = UsageReporter(job, total: total, rejected: rows) { [file] place in
                (progress.place, progress.rejected) = (place, rows.place)
                try progress.keep(for: file)
            }
            do {
                try await reporter.send(usage, client)
            } catch {
                let batches = Grouped.text(reporter.summary.batches)
                Device.remark("Batches acknowledged before this: \(batches); the next report goes on behind them.\n")
                throw error
            }
            ReportProgress.forget(file)
            Device.print(session.output == .json ? try reporter.summary.json : reporter.summary.text)
            // Those of before an interruption, of which no summary has spoken, are among them.
            guard rows.place.rows == 0 else {
                let count = rows.place.rows
                let words = count == 1 ? "row was not stored; it is" : "rows were not stored; they are"
                throw CommandFailure("\(Grouped.text(count)) \(words) in \(rows.path).")
            }
        }
    }

    struct Totals: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows totals by party and metric, and who has not reported.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ApplicationOptions
        @OptionGroup var question: UsageQuestion
        @OptionGroup var releases: UsageReleases
        @OptionGroup var asOf: AsOfOptions

        func run(_ session: Session) async throws {
            let client = UsageServiceClient(session.client)
            let metrics = try await MetricScales.of(parent.name, client)
            var request = QueryUsageTotalsRequest()
            request.parent = parent.name
            request.period = question.period
            request.party = question.partyName
            request.metric = question.metricName(of: parent)
            request.byRelease = releases.byRelease
            request.release = releases.name(of: parent)
            request.pageSize = 1000
            if let asOf = try asOf.message() { request.asOf = asOf }
            var whole = QueryUsageTotalsResponse()
            repeat {
                let page = try await client.queryUsageTotals(request)
                whole.totals += page.totals
                whole.coverage += page.coverage
                whole.asOf = page.asOf
                if page.hasKeptFrom { whole.keptFrom = page.keptFrom }
                request.asOf = page.asOf
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            try session.show(whole) {
                UsageTables.totals(whole.totals, metrics, byRelease: releases.byRelease)
                    + UsageTables.missing(whole.coverage)
            }
        }
    }

    struct Series: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows totals by party, metric and day, month, quarter or year.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ApplicationOptions
        @OptionGroup var question: UsageQuestion
        @Option(help: "Length of the parts.")
        var by = Choice(UsageGrain.month)
        @OptionGroup var releases: UsageReleases
        @OptionGroup var asOf: AsOfOptions

        func run(_ session: Session) async throws {
            let client = UsageServiceClient(session.client)
            let metrics = try await MetricScales.of(parent.name, client)
            var request = QueryUsageSeriesRequest()
            request.parent = parent.name
            request.period = question.period
            request.grain = by.value
            request.byRelease = releases.byRelease
            request.release = releases.name(of: parent)
            request.party = question.partyName
            request.metric = question.metricName(of: parent)
            request.pageSize = 1000
            if let asOf = try asOf.message() { request.asOf = asOf }
            var whole = QueryUsageSeriesResponse()
            repeat {
                let page = try await client.queryUsageSeries(request)
                whole.points += page.points
                whole.asOf = page.asOf
                request.asOf = page.asOf
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            try session.show(whole) {
                UsageTables.series(whole.points, metrics, byRelease: releases.byRelease)
            }
        }
    }

    struct History: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Shows every revision of one record.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ApplicationOptions
        @OptionGroup var asOf: AsOfOptions

        @Option(help: "Code of the party.")
        var party: String
        @Option(help: "Id of the metric.")
        var metric: String
        @Option(help: "Begin of the interval, for example 2012-01-31T23:00:00Z.", transform: Arguments.second)
        var start: Int64
        @Option(help: "End of the interval; it does not belong to it.", transform: Arguments.second)
        var end: Int64

        func run(_ session: Session) async throws {
            let client = UsageServiceClient(session.client)
            let metrics = try await MetricScales.of(parent.name, client)
            var request = GetUsageHistoryRequest()
            request.parent = parent.name
            request.party = Names.party(party)
            request.metric = "\(parent.name)/metrics/\(metric)"
            request.intervalStart = start
            request.intervalEnd = end
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await client.getUsageHistory(request)
            try session.show(response) {
                UsageTables.history(response.revisions, scale: Int32(metrics.scales[metric] ?? 0))
            }
        }
    }

    struct Watch: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows totals, and again each time one has changed, until it is ended.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ApplicationOptions
        @OptionGroup var question: UsageQuestion
        @Option(help: "End after this many messages.")
        var count: Int?

        func run(_ session: Session) async throws {
            let client = UsageServiceClient(session.client)
            let metrics = try await MetricScales.of(parent.name, client)
            var request = WatchUsageRequest()
            request.parent = parent.name
            request.period = question.period
            request.party = question.partyName
            request.metric = question.metricName(of: parent)
            let stream = try await client.watchUsage(request)
            var left = count ?? .max
            while left > 0, let response = try await stream.receive() {
                try session.show(response) { UsageTables.totals(response.totals, metrics) }
                left -= 1
            }
            stream.cancel()
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
        let metrics = try await request.all { try await client.listMetrics($0) }.metrics
        return MetricScales(
            scales: Dictionary(metrics.map { (Names.short($0.name), Int($0.scale)) }) { first, _ in first },
            units: Dictionary(metrics.map { (Names.short($0.name), $0.unit) }) { first, _ in first })
    }
}
