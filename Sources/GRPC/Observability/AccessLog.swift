internal import Dispatch
public import EventLoop
internal import Glibc
internal import Synchronization

/// One line of JSON for each call, without personal data.
///
/// Lines gather on the loop of their call and are handed over in bulk to a thread that writes them, so that a slow
/// disk or pipe never holds a loop up. What such a thread cannot write in time is dropped, and counted.
public final class AccessLog: Sendable {
    /// What the log says of a caller beside the certificate's digest, for example its party; ASCII names.
    public typealias Identify = @Sendable (Peer) -> [(name: String, value: String)]

    /// Lines of one loop that are not handed over yet. Confined to its loop.
    private final class Batch: @unchecked Sendable {  // confined to its loop
        var lines = JSONLines()
        var timer: LoopTimer?
    }

    private struct Queue {
        var bytes: [UInt8] = []
        var isClosed = false
        var dropped: UInt64 = 0
    }

    /// A batch is handed over when it holds this much, or after `patience`.
    private static let batchBytes = 32 << 10
    private static let patience = Duration.milliseconds(200)
    /// Bytes that may wait for the disk.
    private static let maximumBacklog = 8 << 20

    private let loops: [EventLoop]
    private let batches: [Batch]
    private let identify: Identify
    private let descriptor: Int32
    private let queue = Mutex(Queue())
    private let arrived = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - descriptor: where lines go; stays the caller's, and open until `close()` has returned.
    ///   - group: the loops of the server.
    public init(descriptor: Int32, group: EventLoopGroup, identify: @escaping Identify = { _ in [] }) {
        self.descriptor = descriptor
        self.identify = identify
        loops = group.loops
        batches = group.loops.map { _ in Batch() }
        // A queue of its own, because the thread blocks.
        DispatchQueue(label: "access log").async { [self] in writeAll() }
    }

    /// Adds the line of a call; called on its loop.
    public func write(_ record: CallRecord) {
        let batch = batches[record.loop]
        batch.lines.add(record, identify(record.peer))
        if batch.lines.bytes.count >= AccessLog.batchBytes { return handOver(batch) }
        guard batch.timer == nil else { return }
        let timer = LoopTimer(loop: loops[record.loop]) { [unowned self] in handOver(batch) }
        timer.start(after: AccessLog.patience)
        batch.timer = timer
    }

    private func handOver(_ batch: Batch) {
        batch.timer?.close()
        batch.timer = nil
        guard batch.lines.count > 0 else { return }
        queue.withLock { queue in
            if queue.bytes.count + batch.lines.bytes.count > AccessLog.maximumBacklog {
                queue.dropped += UInt64(batch.lines.count)
            } else {
                queue.bytes += batch.lines.bytes
            }
        }
        batch.lines.removeAll()
        arrived.signal()
    }

    /// Writes what is left; no call may end after it.
    public func close() async {
        for (loop, batch) in zip(loops, batches) { await LoopHop.read(on: loop) { self.handOver(batch) } }
        queue.withLock { $0.isClosed = true }
        arrived.signal()
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                // Who does not read the last lines of a pipe must not keep the process from ending.
                _ = self.finished.wait(timeout: .now() + .seconds(2))
                continuation.resume()
            }
        }
    }

    /// Adds how many lines were lost.
    public func register(in registry: MetricsRegistry) {
        registry.add { [weak self] text in
            guard let self else { return }
            text.family(
                "access_log_dropped_lines", .counter, unit: "lines", help: "Lines lost because they came too fast.")
            text.sample(.count(queue.withLock { $0.dropped }))
        }
    }

    // MARK: - The thread

    private func writeAll() {
        while true {
            arrived.wait()
            let (bytes, isClosed) = queue.withLock { queue in
                defer { queue.bytes = [] }
                return (queue.bytes, queue.isClosed)
            }
            writeOut(bytes)
            if isClosed { break }
        }
        finished.signal()
    }

    private func writeOut(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written > 0 {
                    rest = rest.dropFirst(written)
                } else if written < 0, errno != EINTR {
                    return  // nobody reads any more; there is no better place to say it
                }
            }
        }
    }
}
