public import Register

/// A metric as far as its quantities are concerned.
public struct UsageMetric: Sendable, Hashable {
    /// Last part of its resource name.
    public let code: String
    /// Digits after the decimal point, 0 to 9.
    public let scale: Int

    /// A metric by its code and the digits that its quantities have after the decimal point.
    public init(code: String, scale: Int) {
        self.code = code
        self.scale = scale
    }
}

/// The rows of one metric, added up.
public struct UsageSum: Sendable, Hashable {
    /// The metric.
    public let metric: UsageMetric
    /// Number of records, each counted once however often it was corrected.
    public internal(set) var rows: Int
    /// Sum of the newest quantities in units of 10^-scale of the metric; 64 bits might not hold it.
    public internal(set) var quantity: Int128

    /// Adds a row, which supersedes one with the quantity `replaced`, if that is not nil.
    mutating func add(_ quantity: Int64, replacing replaced: Int64?) {
        if replaced == nil { rows += 1 }
        self.quantity += Int128(quantity) - Int128(replaced ?? 0)
    }
}

/// The rows of one batch as they stand in the bundle.
public struct UsageMember: Sendable {
    /// The whole text, header included.
    public let content: [UInt8]
    /// Records without the header.
    public let rowCount: Int
    /// RFC 6962 root over the salted rows.
    public let root: Hash
    /// Sums of the metrics that occur.
    public let sums: [UsageSum]
}
