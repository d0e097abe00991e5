internal import API
internal import GRPC
internal import SwiftProtobuf
internal import Terminal

/// Sends a file of usage through one stream, several batches in flight.
struct UsageReporter {
    /// Batches sent and not acknowledged yet: enough to keep the server busy while a receipt travels.
    private static let window = 8

    private typealias Stream = ClientStream<IngestUsageRequest, IngestUsageResponse>

    /// What is reported where.
    struct Job: Sendable {
        let application: String
        let source: String
        /// Whether a record that is stored with another quantity is corrected.
        var supersede = false
    }

    let job: Job
    private(set) var summary = UsageSummary()
    private let rejected: RejectedRows
    /// Called with the place behind each batch that was acknowledged.
    private let acknowledged: (UsageFile.Place) throws -> Void
    private var bar: ProgressBar
    private let start: UInt64

    init(
        _ job: Job, total: Int, rejected: RejectedRows,
        acknowledged: @escaping (UsageFile.Place) throws -> Void = { _ in }
    ) {
        self.job = job
        self.rejected = rejected
        self.acknowledged = acknowledged
        start = Device.now
        bar = ProgressBar(
            "Reporting", unit: "records", total: total, isTerminal: Device.drawsProgress, now: start,
            write: Device.remark)
    }

    /// Sends every batch and waits for every receipt.
    ///
    /// - Throws: `Status` when the server refuses a batch as a whole, `CommandFailure` when the file cannot be read.
    mutating func send(_ file: sending UsageFile, _ client: UsageServiceClient) async throws {
        let stream = try await client.ingestUsage()
        let sender = Sender(job: job, stream: stream)
        for _ in 0..<UsageReporter.window { sender.permit.yield() }
        do {
            // Receipts are taken while the next batches are read and sent.
            async let sending: Void = sender.run(file)
            for await sent in sender.sent {
                try await takeReceipt(of: sent, stream, client)
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
        bar.finish(summary.rows, now: Device.now)
    }

    /// Receipts come in the order of the batches.
    private mutating func takeReceipt(
        of sent: SentBatch, _ stream: Stream, _ client: UsageServiceClient
    ) async throws {
        for (line, why) in sent.batch.unreadable {
            try rejected.add(line, field: "", reason: "UNREADABLE", message: why)
            summary.rejected += 1
        }
        if let id = sent.requestID {
            guard let receipt = try await stream.receive() else {
                throw CommandFailure("The server ended the stream before it had acknowledged every batch; repeat.")
            }
            guard receipt.requestID == id else {
                throw CommandFailure("The server acknowledged batch \(receipt.requestID) where \(id) was to come.")
            }
            summary.batches += 1
            try count(receipt, of: sent.batch)
            try await retry(receipt, of: sent.batch, client)
        }
        try acknowledged(sent.batch.end)
        bar.update(summary.rows, now: Device.now)
    }

    private mutating func count(_ receipt: IngestUsageResponse, of batch: UsageFile.Batch) throws {
        summary.records += receipt.recordCount
        summary.corrected += receipt.correctedCount
        summary.unchanged += receipt.unchanged.count
        summary.late += receipt.late.reduce(0) { $0 + $1.recordCount }
        summary.replayedBatches += receipt.replayed ? 1 : 0
        if receipt.recordCount > 0 { summary.lastPosition = receipt.registerPosition }
        for conflict in receipt.conflicts {
            let where_ =
                conflict.registerPosition < 0 ? "earlier in the file" : "at position \(conflict.registerPosition)"
            let why =
                conflict.otherSource
                ? "another system has reported it, \(where_)"
                : "stored with the quantity \(conflict.storedQuantity), in units of the last decimal, \(where_)"
            try reject(batch, conflict.index, field: "quantity", reason: "DUPLICATE_RECORD", message: why)
            summary.conflicts += 1
        }
        // What a replayed receipt says was rejected is tried again by itself, and counted then.
        for rejection in receipt.rejections where !receipt.replayed {
            for index in rejection.indexes {
                try reject(
                    batch, index, field: rejection.field, reason: rejection.reason, message: rejection.message)
                summary.rejected += 1
            }
        }
    }

    private func reject(
        _ batch: UsageFile.Batch, _ index: Int32, field: String, reason: String, message: String
    ) throws {
        guard batch.lines.indices.contains(Int(index)) else {
            throw CommandFailure("The server named record \(index) of a batch of \(batch.lines.count).")
        }
        try rejected.add(batch.lines[Int(index)], field: field, reason: reason, message: message)
    }

    /// A batch that was stored before has the receipt of that time; what was rejected then may be in order now.
    private mutating func retry(
        _ receipt: IngestUsageResponse, of batch: UsageFile.Batch, _ client: UsageServiceClient
    ) async throws {
        let indexes = receipt.rejections.flatMap(\.indexes).sorted().map(Int.init)
        guard receipt.replayed, !indexes.isEmpty else { return }
        var part = UsageFile.Batch()
        for index in indexes where batch.lines.indices.contains(index) {
            part.records.append(batch.records[index])
            part.lines.append(batch.lines[index])
        }
        var request = ReportUsageRequest()
        request.parent = job.application
        request.sourceID = job.source
        request.supersede = job.supersede
        request.records = part.records
        request.requestID = RequestID.random()
        let answer = try await client.reportUsage(request)
        try count(IngestUsageResponse(serializedBytes: answer.serializedBytes() as [UInt8]), of: part)
    }

    /// A batch on its way; without an id when it had no record that could be read.
    private struct SentBatch: Sendable {
        let requestID: String?
        let batch: UsageFile.Batch
    }

    /// The half that reads the file and sends; it waits where nobody has permitted one more batch.
    private struct Sender: Sendable {
        let job: Job
        let stream: Stream
        /// The batches that are on their way, in order.
        let sent: AsyncStream<SentBatch>
        /// Takes one element for each batch that may be sent.
        let permit: AsyncStream<Void>.Continuation
        private let tell: AsyncStream<SentBatch>.Continuation
        private let permits: AsyncStream<Void>

        init(job: Job, stream: Stream) {
            self.job = job
            self.stream = stream
            (sent, tell) = AsyncStream.makeStream()
            (permits, permit) = AsyncStream.makeStream()
        }

        func run(_ file: sending UsageFile) async throws {
            defer { tell.finish() }
            var file = file
            var permits = permits.makeAsyncIterator()
            while case let batch = try file.nextBatch(), !batch.isEmpty {
                // Nil only when the other half has given up and this task is cancelled.
                guard await permits.next() != nil else { throw CancellationError() }
                if batch.records.isEmpty {
                    tell.yield(SentBatch(requestID: nil, batch: batch))
                    continue
                }
                let request = try request(batch.records)
                try await stream.send(request)
                tell.yield(SentBatch(requestID: request.requestID, batch: batch))
            }
            try await stream.finish()
        }

        /// The batch as a request whose id is that of its content, so that a repeated run counts once.
        private func request(_ records: [UsageRecord]) throws -> IngestUsageRequest {
            var request = IngestUsageRequest()
            request.parent = job.application
            request.sourceID = job.source
            request.supersede = job.supersede
            request.records = records
            request.requestID = try RequestID.derived(from: request)
            return request
        }
    }
}
