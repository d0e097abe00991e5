/// How the quantities of a metric's intervals become one figure.
public typealias UsageAggregation = UsageMeasure.Aggregation

extension UsageMeasure.Aggregation {
    /// The number that is stored, and that the API has.
    public var number: Int16 {
        switch self {
        case .sum: 1
        case .max: 2
        case .last: 3
        }
    }

    /// The aggregation with that number, or nil.
    public init?(number: Int16) {
        guard let found = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = found
    }
}
