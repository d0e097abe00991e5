import EventLoop
import GRPC
import UsageWire

/// One stream of batches and what became of them.
struct IngestStream: Sendable {
    let call: ClientCall
    let batches: [[UInt8]]
    /// Records in each batch but the last.
    let batchSize: Int

    /// Sends all batches and reads a receipt for each.
    ///
    /// - Returns: records that were acknowledged, and how long each batch took from its sending to its receipt.
    /// - Throws: `Status`; `WrongReceipt`.
    func run() async throws -> (records: Int, latencies: LatencyRecorder) {
        let (stream, sent) = AsyncStream.makeStream(of: UInt64.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { sent.finish() }
                for batch in batches {
                    sent.yield(EventLoop.now)
                    try await call.send(batch)
                }
                try await call.finish()
            }
            var recorder = LatencyRecorder()
            var records = 0
            var starts = stream.makeAsyncIterator()
            while let message = try await call.receive() {
                let receipt = try UsageReceipt(serialized: message)
                guard let start = await starts.next(), !receipt.isReplayed,
                    (1...batchSize).contains(Int(receipt.recordCount))
                else { throw WrongReceipt(receipt: receipt) }
                recorder.succeeded(after: EventLoop.now - start)
                records += Int(receipt.recordCount)
            }
            try await group.waitForAll()
            return (records, recorder)
        }
    }
}

/// A receipt that does not fit what was sent.
struct WrongReceipt: Error, CustomStringConvertible {
    let receipt: UsageReceipt

    var description: String {
        "batch \(receipt.requestID): a receipt for \(receipt.recordCount) records, replayed: \(receipt.isReplayed)"
    }
}
