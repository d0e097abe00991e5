internal import Domain
internal import Store
internal import UsageWire

/// The rows of a batch by month: one buffer for each partition they go into.
struct UsageMonths {
    /// Instants that records may name, in seconds since 1970-01-01T00:00:00Z: up to the end of 2199.
    static let instants: Range<Int64> = 0..<7_258_118_400

    private let constants: UsageRowBuffer.Constants
    /// Rows expected in the first month: mostly all of them.
    private let capacity: Int
    private(set) var buffers: [UsageRowBuffer] = []
    /// Seconds that the current buffer's month covers; most records fall into the month of the one before.
    private var current: Range<Int64> = 0..<0
    private var currentIndex = 0

    init(constants: UsageRowBuffer.Constants, capacity: Int) {
        self.constants = constants
        self.capacity = capacity
    }

    /// First day of the earliest month.
    var first: CivilDate { buffers.lazy.map(\.month).min()! }
    /// First day of the latest month.
    var last: CivilDate { buffers.lazy.map(\.month).max()! }

    mutating func append(
        _ record: UsageRecordView, metric: Int32, party: Int32, index: Int
    ) throws {
        if !current.contains(record.intervalStart) { try select(monthOf: record.intervalStart) }
        buffers[currentIndex].append(
            metric: metric, party: party, index: Int32(index), start: record.intervalStart, end: record.intervalEnd,
            quantity: record.quantity)
    }

    private mutating func select(monthOf instant: Int64) throws {
        guard let day = Instant(seconds: instant)?.dateInUTC,
            let month = CivilDate(year: day.year, month: day.month, day: 1), let next = month.adding(months: 1)
        else { throw Failure(.outOfRange, "an instant lies outside the years that are stored") }
        current = month.startInUTC.seconds..<next.startInUTC.seconds
        if let known = buffers.firstIndex(where: { $0.month == month }) {
            currentIndex = known
            return
        }
        guard buffers.count < Limits.usageMonths else {
            throw Failure.invalid("records", "span more than \(Limits.usageMonths) months; split the batch")
        }
        currentIndex = buffers.count
        buffers.append(UsageRowBuffer(month: month, constants: constants, capacity: buffers.isEmpty ? capacity : 64))
    }
}
