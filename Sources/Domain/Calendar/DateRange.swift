/// A range of days, half-open: the start belongs to it, the end does not. Without an end it is open.
public struct DateRange: Sendable, Hashable {
    /// First day of the range.
    public let start: CivilDate
    /// First day after the range, or `nil` if it has no end.
    public let end: CivilDate?

    /// Throws INVALID_FIELD, naming `<field>.end`, unless the end is after the start.
    public init(_ start: CivilDate, _ end: CivilDate?, field: String) throws(Failure) {
        if let end, end <= start {
            throw .invalid("\(field).end", "must be after the start \(start), as the end is exclusive; it is \(end)")
        }
        self.start = start
        self.end = end
    }

    /// A range that is known to have a day.
    init(known start: CivilDate, _ end: CivilDate?) {
        self.start = start
        self.end = end
    }

    /// The range from a day on.
    public init(from start: CivilDate) {
        self.start = start
        end = nil
    }

    public func contains(_ date: CivilDate) -> Bool {
        start <= date && end.map { date < $0 } ?? true
    }

    public func contains(_ other: DateRange) -> Bool {
        guard start <= other.start else { return false }
        guard let end else { return true }
        return other.end.map { $0 <= end } ?? false
    }

    public func overlaps(_ other: DateRange) -> Bool {
        (end.map { other.start < $0 } ?? true) && (other.end.map { start < $0 } ?? true)
    }

    /// The days that both ranges have; `nil` if there is none.
    public func intersection(_ other: DateRange) -> DateRange? {
        guard overlaps(other) else { return nil }
        let ends = [end, other.end].compactMap(\.self)
        return DateRange(known: max(start, other.start), ends.min())
    }

    /// Number of days, or `nil` if the range has no end.
    public var dayCount: Int? {
        end.map { $0.daysSinceEpoch - start.daysSinceEpoch }
    }
}

extension DateRange: CustomStringConvertible {
    /// `2024-01-01/2025-01-01` with the exclusive end, or `2024-01-01/..` without one (ISO 8601-2).
    public var description: String {
        "\(start)/\(end.map(\.description) ?? "..")"
    }
}
