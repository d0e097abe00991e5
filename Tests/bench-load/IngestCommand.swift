import API
import ArgumentParser
import EventLoop
import GRPC

/// Usage records in bulk.
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Reports usage records in batches and waits for their receipts.",
        discussion:
            "Connections take turns in speaking for the three municipalities: a party reports its own usage only.")

    @OptionGroup var server: ServerAddress
    @Option(help: "Consortium that is reported to.")
    var consortium = "bench"
    @Option(help: "Records in all.")
    var records = 1_000_000
    @Option(help: "Records in one batch.")
    var batch = 10_000
    @Option(help: "Connections.")
    var connections = 1
    @Option(help: "Month in which the records' intervals lie, YYYY-MM. A record can be reported once only.")
    var month: Month
    @Option(help: "Event loops of this client.")
    var loops = 1
    @Option(help: "How to print: table or json.")
    var output = OutputFormat.table

    func validate() throws {
        guard batch > 0, connections > 0, records >= connections, loops > 0 else {
            throw ValidationError("counts must be greater than 0")
        }
        guard recordsOfOne * ((connections + 2) / 3) <= month.seconds else {
            throw ValidationError("a month has no room for so many records, one a second for each party")
        }
    }

    /// Records of one connection; the last one takes what is left over.
    private var recordsOfOne: Int { (records + connections - 1) / connections }

    func run() async throws {
        let group = EventLoopGroup(count: loops)
        let bench = BenchConsortium(id: consortium)
        var clients: [Client] = []
        var streams: [IngestStream] = []
        for index in 0..<connections {
            let caller = Caller.municipalities[index % Caller.municipalities.count]
            let client = Client(
                configuration: server.configuration(as: caller), loop: group.loops[index % loops])
            // Connections of the same party share its month.
            let first = index / Caller.municipalities.count * recordsOfOne
            let count = min(recordsOfOne, records - index * recordsOfOne)
            let batches = UsageMessages.make(
                for: caller.party, in: bench, seconds: first..<first + max(0, count), month: month.start, batch: batch)
            let call = try await client.open(UsageServiceMethods.ingestUsage)
            streams.append(IngestStream(call: call, batches: batches, batchSize: batch))
            clients.append(client)
        }
        let start = EventLoop.now
        let (stored, latencies) = try await IngestCommand.run(streams)
        let seconds = Double(EventLoop.now - start) / 1e9
        for client in clients { await client.close() }
        guard stored == records else { throw MissingRecords(sent: records, stored: stored) }
        try output.print(IngestFigures(records: stored, seconds: seconds, recorder: latencies))
    }

    private static func run(_ streams: [IngestStream]) async throws -> (Int, LatencyRecorder) {
        try await withThrowingTaskGroup(of: (Int, LatencyRecorder).self) { group in
            for stream in streams { group.addTask { try await stream.run() } }
            var sum = (0, LatencyRecorder())
            for try await (records, latencies) in group {
                sum.0 += records
                sum.1.add(latencies)
            }
            return sum
        }
    }
}

/// Not every record was acknowledged, though no call failed.
struct MissingRecords: Error, CustomStringConvertible {
    let sent: Int
    let stored: Int

    var description: String { "of \(sent) records, \(stored) were acknowledged" }
}

/// What a run of ingestion has reached.
struct IngestFigures: Figures {
    let seconds: Double
    let records: Int
    let batches: Int
    let recordsPerSecond: Double
    /// From sending a batch to its receipt.
    let batchLatencyMicroseconds: Latencies

    init(records: Int, seconds: Double, recorder: LatencyRecorder) {
        self.seconds = seconds
        self.records = records
        batches = recorder.succeeded
        recordsPerSecond = Double(records) / seconds
        batchLatencyMicroseconds = recorder.latencies
    }

    var rows: [(String, String)] {
        [
            ("records", "\(records) in \(batches) batches in \(seconds.text(2)) s"),
            ("records/s", recordsPerSecond.text(0)), ("batch latency in µs", batchLatencyMicroseconds.row),
        ]
    }
}
