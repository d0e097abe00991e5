/// What an amount is owed for: one pool of one period. Corrections are made open item by open item.
public struct OpenItem: Sendable, Hashable, Comparable {
    public let period: DateRange
    /// The pool's name, such as `OPERATION`.
    public let pool: String

    public init(period: DateRange, pool: String) {
        self.period = period
        self.pool = pool
    }

    public static func < (left: OpenItem, right: OpenItem) -> Bool {
        if left.period.start != right.period.start { return left.period.start < right.period.start }
        if left.period.end != right.period.end {
            guard let first = left.period.end else { return false }
            return right.period.end.map { first < $0 } ?? true
        }
        return left.pool < right.pool
    }
}
