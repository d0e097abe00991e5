/// What a metric demands of the intervals and quantities of its records.
public struct UsageRules: Sendable, Hashable {
    /// Instants that records may name, in seconds since 1970-01-01T00:00:00Z: up to the end of 2199.
    public static let instants: Range<Int64> = 0..<7_258_118_400
    /// Longest interval in seconds: 366 days.
    public static let longestInterval: Int64 = 366 * 86_400
    /// How far an interval may reach beyond the server's clock: clocks differ.
    public static let clockTolerance: Int64 = 300
    /// Largest quantity of any record: nine thousand of them still fit into a total.
    public static let largestQuantity: Int64 = 1_000_000_000_000_000

    /// Shortest interval in seconds, at least 1.
    public var smallestInterval: Int32
    /// Plausible quantities in units of 10^-scale.
    public var quantities: ClosedRange<Int64>

    public init(smallestInterval: Int32 = 1, quantities: ClosedRange<Int64> = 0...largestQuantity) {
        self.smallestInterval = smallestInterval
        self.quantities = quantities
    }

    /// What is wrong with a record, or nil.
    ///
    /// - Parameter now: the server's clock, in seconds since 1970-01-01T00:00:00Z.
    public func violation(start: Int64, end: Int64, quantity: Int64, now: Int64) -> UsageViolation? {
        guard Self.instants.contains(start) else { return .startOutOfRange }
        guard Self.instants.contains(end) else { return .endOutOfRange }
        let length = end - start
        if length <= 0 { return .notAfterStart }
        if length > Self.longestInterval { return .tooLong }
        if length < Int64(smallestInterval) { return .tooShort }
        if end > now + Self.clockTolerance { return .future }
        if quantity < 0 { return .negative }
        if quantity < quantities.lowerBound { return .implausiblySmall }
        if quantity > quantities.upperBound { return .implausiblyLarge }
        return nil
    }
}
