/// Which figures of a comparison are left out, so that no small count can be read from it or worked out with it.
///
/// A figure below the threshold is small. Whoever knows the total could find a single one that is left out by
/// subtraction, and a party that knows its own figure could find the last but one. So further figures are left out,
/// the smallest first, until each small one may still have been any small count, whichever of those left out somebody
/// knows: at least two that are not small, and enough above their lower bounds. Where figures run out, the total is
/// left out as well.
public struct SmallCounts: Sendable, Hashable {
    /// In whole units: counts below it are small.
    public static let threshold: Int64 = 5

    /// Whether each figure is left out, in the order in which they came.
    public let isSuppressed: [Bool]
    /// Whether the total may be told.
    public let hasTotal: Bool

    /// - Parameters:
    ///   - figures: one for each party, not negative, in units of 10^-scale.
    ///   - scale: 0 to 9.
    ///   - addsUp: whether the figures have a total. Peaks and stocks have none, so nothing can be worked out from it.
    public init(_ figures: [Int64], scale: Int, addsUp: Bool = true) {
        let threshold = (0..<scale).reduce(Self.threshold) { bound, _ in bound * 10 }
        // Ties in the order in which they came: whose turn it is must not change from one reading to the next.
        let ascending = figures.indices.sorted { (figures[$0], $0) < (figures[$1], $1) }
        var isSuppressed = figures.map { $0 < threshold }
        var hasTotal = addsUp
        if addsUp, isSuppressed.contains(true) {
            let others = ascending.filter { !isSuppressed[$0] }
            var left = figures.filter { $0 < threshold }
            var count = 0
            while !Self.isSafe(left, threshold: threshold), count < others.count {
                isSuppressed[others[count]] = true
                left.append(figures[others[count]])
                count += 1
            }
            hasTotal = Self.isSafe(left, threshold: threshold)
        }
        self.isSuppressed = isSuppressed
        self.hasTotal = hasTotal
    }

    /// Whether each small figure among those left out may be any small count for whoever knows their sum and one of
    /// them: another one can take what it would have more or less.
    private static func isSafe(_ left: [Int64], threshold: Int64) -> Bool {
        guard left.count(where: { $0 >= threshold }) >= 2 else { return false }
        let slack = left.map { min($0 < threshold ? $0 : $0 - threshold, threshold) }
        return slack.reduce(0, +) - (slack.max() ?? 0) >= threshold - 1
    }
}
