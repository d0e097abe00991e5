internal import API
internal import GRPC
internal import Terminal

/// Sends a file of usage through one stream, several batches in flight.
struct UsageReporter {
    /// Batches sent and not acknowledged yet: enough to keep the server busy while a receipt travels.
    private static let window = 8

    let application: String
    let source: String
    private(set) var summary = UsageSummary()
    private var bar: ProgressBar
    private let start: UInt64
    /// The batches in flight, oldest first: receipts come in the same order.
    private var inFlight: [String] = []

    init(application: String, source: String, total: Int) {
        self.application = application
        self.source = source
        start = Device.now
        bar = ProgressBar(
            "Reporting", unit: "records", total: total, isTerminal: Device.drawsProgress, now: start,
            write: Device.remark)
    }

    /// Sends every batch and waits for every receipt.
    ///
    /// - Throws: `Status` when the server refuses a batch, `CommandFailure` when the file is wrong.
    mutating func send(_ file: inout UsageFile, _ client: UsageServiceClient) async throws {
        let stream = try await client.ingestUsage()
        do {
            while case let records = try file.nextBatch(), !records.isEmpty {
                if inFlight.count == UsageReporter.window { try await takeReceipt(stream) }
                let request = try request(records)
                try await stream.send(request)
                inFlight.append(request.requestID)
            }
            try await stream.finish()
            while try await takeReceipt(stream) {}
        } catch {
            stream.cancel()
            throw error
        }
        guard inFlight.isEmpty else {
            throw CommandFailure("The server ended the stream with \(inFlight.count) batches unacknowledged; repeat.")
        }
        summary.nanoseconds = Device.now - start
        bar.finish(Int(summary.records), now: Device.now)
    }

    /// The batch as a request whose id is that of its content, so that a repeated run counts once.
    private func request(_ records: [UsageRecord]) throws -> IngestUsageRequest {
        var request = IngestUsageRequest()
        request.parent = application
        request.sourceID = source
        request.records = records
        request.requestID = try RequestID.derived(from: request)
        return request
    }

    /// - Returns: false when the stream has ended.
    @discardableResult
    private mutating func takeReceipt(
        _ stream: ClientStream<IngestUsageRequest, IngestUsageResponse>
    ) async throws -> Bool {
        guard let receipt = try await stream.receive() else { return false }
        guard let oldest = inFlight.first, oldest == receipt.requestID else {
            throw CommandFailure(
                "The server acknowledged batch \(receipt.requestID), which is not the oldest in flight.")
        }
        inFlight.removeFirst()
        summary.batches += 1
        summary.records += receipt.recordCount
        summary.replayedBatches += receipt.replayed ? 1 : 0
        summary.lastPosition = receipt.registerPosition
        bar.update(Int(summary.records), now: Device.now)
        return true
    }
}
