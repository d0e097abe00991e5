/// For how long usage records are kept: so many months after the one in which their interval begins.
public struct UsageRetention: Sendable, Hashable {
    /// At least one.
    public let months: Int

    /// Nil where records are kept for ever.
    public init?(months: Int) {
        guard months > 0 else { return nil }
        self.months = months
    }

    /// Whether the records of a month are past it on a day.
    ///
    /// - Parameter month: its first day.
    public func isOver(for month: CivilDate, on today: CivilDate) -> Bool {
        guard let end = month.adding(months: 1 + months) else { return false }
        return end <= today
    }
}
