/// Adds up the quantities of a batch's rows by metric. Nothing is allocated for a row in order.
struct UsageSums {
    private struct Slot {
        let metric: [UInt8]
        var sum: UsageSum
    }

    /// Resource name of the batch's application.
    private let application: String
    private let scales: [String: Int]
    private var slots: [Slot] = []
    /// The slot of the row before: most rows have the same metric.
    private var current = 0

    /// - Parameter scales: digits after the decimal point by the metric's resource name.
    init(application: String, scales: [String: Int]) {
        self.application = application
        self.scales = scales
    }

    /// The sums of the metrics that occurred.
    var all: [UsageSum] { slots.map(\.sum) }

    /// Adds a row. Returns what is wrong with it; nil when nothing is.
    mutating func add(_ columns: UsageColumns) -> String? {
        if slots.isEmpty || !UsageColumns.areEqual(columns.metric, slots[current].metric) {
            guard let slot = slot(of: columns.metric) else {
                return "the row names a metric that the register does not have"
            }
            current = slot
        }
        let scale = slots[current].sum.metric.scale
        let replaced = columns.replaced.isEmpty ? nil : FixedPoint.units(columns.replaced, scale: scale)
        guard let quantity = FixedPoint.units(columns.quantity, scale: scale),
            columns.replaced.isEmpty || replaced != nil
        else { return "the quantity is not a number with the decimals of its metric" }
        slots[current].sum.add(quantity, replacing: replaced)
        return nil
    }

    private mutating func slot(of metric: UnsafeRawBufferPointer) -> Int? {
        if let known = slots.firstIndex(where: { UsageColumns.areEqual(metric, $0.metric) }) { return known }
        let code = String(decoding: metric, as: UTF8.self)
        guard let scale = scales["\(application)/metrics/\(code)"] else { return nil }
        let sum = UsageSum(metric: UsageMetric(code: code, scale: scale), rows: 0, quantity: 0)
        slots.append(Slot(metric: Array(metric), sum: sum))
        return slots.count - 1
    }
}
