internal import Domain
internal import Store

/// The rows of a batch by month: one buffer for each partition they go into.
struct UsageMonths {
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

    mutating func append(
        _ key: UsageKey, sourceKey: Int32, index: Int, revision: Int16, quantity: Int64
    ) throws {
        if !current.contains(key.start) { try select(monthOf: key.start) }
        buffers[currentIndex].append(
            key, sourceKey: sourceKey, index: Int16(index), revision: revision, quantity: quantity)
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
