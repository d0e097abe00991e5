internal import Domain
internal import Postgres

/// Conditions and columns for reads of a versioned table, which such a read calls `v`. Bounds are compared one by one:
/// range operators are not leakproof, so row-level security would keep them from an index.
enum Versions {
    /// What is known now.
    static let current: SQL = "v.recorded_until IS NULL"

    /// What was known when the register had `size` entries.
    static func known(at size: Int64) -> SQL {
        "v.recorded_from < \(size) AND (v.recorded_until IS NULL OR v.recorded_until >= \(size))"
    }

    /// What holds on a day.
    static func holding(on day: CivilDate) -> SQL {
        "v.valid_from <= \(day) AND (v.valid_until IS NULL OR v.valid_until > \(day))"
    }

    /// What is known at one of two sizes and not at the other; `isKnown(at:)` the later one tells which.
    static func changed(from size: Int64, to later: Int64) -> SQL {
        """
        ((v.recorded_from < \(size) AND v.recorded_until >= \(size) AND v.recorded_until < \(later))
            OR (v.recorded_from >= \(size) AND \(known(at: later))))
        """
    }

    /// Two columns, to be read as a `DateRange`.
    static let days: SQL = "v.valid_from, v.valid_until"
    /// Two columns, to be read as a `RecordedRange`.
    static let positions: SQL = "v.recorded_from, v.recorded_until"
    /// The order of a history: as it became known.
    static let order: SQL = "v.recorded_from"
}

/// The positions of a register between which something was what is known: half-open; without an end it still is.
public struct RecordedRange: Sendable, Hashable {
    /// Position of the entry with which it became known.
    public let from: Int64
    /// Position of the entry that ended it.
    public let until: Int64?

    public init(from: Int64, until: Int64?) {
        self.from = from
        self.until = until
    }

    /// Whether it is what is known when the register has `size` entries.
    public func isKnown(at size: Int64) -> Bool { from < size && until.map { $0 >= size } ?? true }

    init(_ row: inout Row) throws {
        from = try row.next(Int64.self)
        until = try row.next(Int64?.self)
    }
}

extension DateRange {
    /// Reads the columns `Versions.days`.
    init(_ row: inout Row) throws {
        try self.init(row.next(CivilDate.self), row.next(CivilDate?.self), field: "valid")
    }
}

/// A value as it stood in a versioned table.
public struct Version<Value: Sendable & Equatable>: Sendable, Equatable {
    public var value: Value
    /// Between which positions it was what is known.
    public var recorded: RecordedRange
}
