internal import API
internal import GRPC
internal import Terminal

/// Sends a file of usage through one stream, several batches in flight.
struct UsageReporter {
    /// Batches sent and not acknowledged yet: enough to keep the server busy while a receipt travels.
    private static let window = 8

    private typealias Stream = ClientStream<IngestUsageRequest, IngestUsageResponse>

    let application: String
    let source: String
    private(set) var summary = UsageSummary()
    private var bar: ProgressBar
    private let start: UInt64

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
    mutating func send(_ file: sending UsageFile, _ client: UsageServiceClient) async throws {
        let stream = try await client.ingestUsage()
        let sender = Sender(application: application, source: source, stream: stream)
        for _ in 0..<UsageReporter.window { sender.permit.yield() }
        do {
            // Receipts are taken while the next batches are read and sent.
            async let sending: Void = sender.run(file)
            for await id in sender.sent {
                try await takeReceipt(of: id, stream)
                sender.permit.yield()
            }
            try await sending
            guard try await stream.receive() == nil else {
                throw CommandFailure("The server acknowledged a batch that was not sent.")
            }
        } catch {
            stream.cancel()
            throw error
        }
        summary.nanoseconds = Device.now - start
        bar.finish(Int(summary.records), now: Device.now)
    }

    /// Receipts come in the order of the batches.
    private mutating func takeReceipt(of id: String, _ stream: Stream) async throws {
        guard let receipt = try await stream.receive() else {
            throw CommandFailure("The server ended the stream before it had acknowledged every batch; repeat.")
        }
        guard receipt.requestID == id else {
            throw CommandFailure("The server acknowledged batch \(receipt.requestID) where \(id) was to come.")
        }
        summary.batches += 1
        summary.records += receipt.recordCount
        summary.replayedBatches += receipt.replayed ? 1 : 0
        summary.lastPosition = receipt.registerPosition
        bar.update(Int(summary.records), now: Device.now)
    }

    /// The half that reads the file and sends; it waits where nobody has permitted one more batch.
    private struct Sender: Sendable {
        let application: String
        let source: String
        let stream: Stream
        /// The ids of the batches that are on their way, in order.
        let sent: AsyncStream<String>
        /// Takes one element for each batch that may be sent.
        let permit: AsyncStream<Void>.Continuation
        private let tell: AsyncStream<String>.Continuation
        private let permits: AsyncStream<Void>

        init(application: String, source: String, stream: Stream) {
            self.application = application
            self.source = source
            self.stream = stream
            (sent, tell) = AsyncStream.makeStream()
            (permits, permit) = AsyncStream.makeStream()
        }

        func run(_ file: sending UsageFile) async throws {
            defer { tell.finish() }
            var file = file
            var permits = permits.makeAsyncIterator()
            while case let records = try file.nextBatch(), !records.isEmpty {
                let request = try request(records)
                // Nil only when the other half has given up and this task is cancelled.
                guard await permits.next() != nil else { throw CancellationError() }
                try await stream.send(request)
                tell.yield(request.requestID)
            }
            try await stream.finish()
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
    }
}
