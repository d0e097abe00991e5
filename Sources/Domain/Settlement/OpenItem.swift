/// What an amount is owed for: one pool of one period, in one category of tax. Corrections go open item by open item.
public struct OpenItem: Sendable, Hashable, Comparable {
    public let period: DateRange
    /// The pool's name, such as `OPERATION`.
    public let pool: String
    /// An amount that is taxed otherwise after all is given back in one category and asked for in the other.
    public let category: VATCategory

    public init(period: DateRange, pool: String, category: VATCategory = .notTaxable) {
        self.period = period
        self.pool = pool
        self.category = category
    }

    public static func < (left: OpenItem, right: OpenItem) -> Bool {
        if left.period.start != right.period.start { return left.period.start < right.period.start }
        if left.period.end != right.period.end {
            guard let first = left.period.end else { return false }
            return right.period.end.map { first < $0 } ?? true
        }
        return (left.pool, left.category) < (right.pool, right.category)
    }
}
