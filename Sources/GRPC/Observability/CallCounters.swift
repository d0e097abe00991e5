/// What all calls of one loop add up to, route by route. Confined to its loop; summed over the loops when it is read.
final class CallCounters: @unchecked Sendable {  // confined to its loop
    /// Upper bounds of the buckets of durations, in nanoseconds; a last bucket takes what is longer.
    static let bounds: [UInt64] = [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]

    /// Where the figures of one route lie; buckets come last.
    enum Cell {
        static let messagesReceived = StatusCode.allCases.count
        static let messagesSent = messagesReceived + 1
        static let bytesReceived = messagesReceived + 2
        static let bytesSent = messagesReceived + 3
        static let nanoseconds = messagesReceived + 4
        static let buckets = messagesReceived + 5
        static let count = buckets + bounds.count + 1
    }

    private var cells: [UInt64]

    init(routes: Int) {
        cells = Array(repeating: 0, count: routes * Cell.count)
    }

    func add(_ record: CallRecord) {
        var bucket = 0
        while bucket < CallCounters.bounds.count, record.nanoseconds > CallCounters.bounds[bucket] { bucket += 1 }
        // Calls of no known method share one place, the last.
        let base = record.route.map { $0.index * Cell.count } ?? cells.count - Cell.count
        cells.withUnsafeMutableBufferPointer { cells in
            cells[base + record.status.code.rawValue] &+= 1
            cells[base + Cell.messagesReceived] &+= UInt64(record.messagesReceived)
            cells[base + Cell.messagesSent] &+= UInt64(record.messagesSent)
            cells[base + Cell.bytesReceived] &+= UInt64(record.bytesReceived)
            cells[base + Cell.bytesSent] &+= UInt64(record.bytesSent)
            cells[base + Cell.nanoseconds] &+= record.nanoseconds
            cells[base + Cell.buckets + bucket] &+= 1
        }
    }

    /// All cells as they are now; read on the loop.
    var snapshot: [UInt64] { cells }
}
