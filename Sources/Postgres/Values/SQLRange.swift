/// What a discrete range can be made of.
public protocol SQLRangeBound: SQLEncodable, SQLDecodable, Hashable, Comparable {
    static var sqlRangeType: SQLType { get }
    static var sqlRangeArrayType: SQLType { get }
}

extension Int64: SQLRangeBound {
    @inlinable public static var sqlRangeType: SQLType { .int8Range }
    @inlinable public static var sqlRangeArrayType: SQLType { .int8RangeArray }
}

extension SQLDate: SQLRangeBound {
    @inlinable public static var sqlRangeType: SQLType { .dateRange }
    @inlinable public static var sqlRangeArrayType: SQLType { .dateRangeArray }
}

/// A half-open range of whole numbers or days (`int8range`, `daterange`): the form in which the server keeps every
/// discrete range.
public struct SQLRange<Bound: SQLRangeBound>: Sendable, Hashable {
    /// The first value inside; nil when the range has no beginning.
    public let lower: Bound?
    /// The first value behind it; nil when the range has no end.
    public let upper: Bound?
    /// Whether there is nothing in it; it has no bounds then.
    public let isEmpty: Bool

    /// - Returns: nil when the range would end before it begins. Equal bounds make the empty range.
    public init?(_ lower: Bound?, _ upper: Bound?) {
        if let lower, let upper, lower >= upper {
            guard lower == upper else { return nil }
            self = .empty
        } else {
            (self.lower, self.upper, isEmpty) = (lower, upper, false)
        }
    }

    private init() { (lower, upper, isEmpty) = (nil, nil, true) }

    public static var empty: SQLRange { SQLRange() }
}

/// The bits of the first byte of a range's binary form.
enum RangeFlags {
    static let empty: UInt8 = 0x01
    static let includesLower: UInt8 = 0x02
    static let includesUpper: UInt8 = 0x04
    static let hasNoLower: UInt8 = 0x08
    static let hasNoUpper: UInt8 = 0x10
    static let all: UInt8 = 0x1F
}

extension SQLRange: SQLEncodable, SQLDecodable, SQLArrayElement {
    public static var sqlType: SQLType { Bound.sqlRangeType }
    public static var sqlArrayType: SQLType { Bound.sqlRangeArrayType }

    public func encode(into encoder: inout SQLEncoder) {
        guard !isEmpty else { return encoder.append(RangeFlags.empty) }
        encoder.append(
            (lower == nil ? RangeFlags.hasNoLower : RangeFlags.includesLower)
                | (upper == nil ? RangeFlags.hasNoUpper : 0))
        if let lower { encoder.appendField(lower) }
        if let upper { encoder.appendField(upper) }
    }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> SQLRange {
        try cell.expect(Bound.sqlRangeType)
        var fields = FieldReader(try cell.required())
        let flags = try fields.number(UInt8.self)
        guard flags & ~RangeFlags.all == 0 else { throw .malformed("range with unknown flags") }
        guard flags & RangeFlags.empty == 0 else {
            guard fields.left == 0 else { throw .malformed("empty range with bounds") }
            return .empty
        }
        let lower = try bound(&fields, isAbsent: flags & RangeFlags.hasNoLower != 0)
        let upper = try bound(&fields, isAbsent: flags & RangeFlags.hasNoUpper != 0)
        guard fields.left == 0 else { throw .malformed("range with bytes after its end") }
        let isHalfOpen =
            (lower == nil || flags & RangeFlags.includesLower != 0) && flags & RangeFlags.includesUpper == 0
        guard isHalfOpen, let range = SQLRange(lower, upper), !range.isEmpty else {
            throw .malformed("range that is not in the server's half-open form")
        }
        return range
    }

    private static func bound(_ fields: inout FieldReader, isAbsent: Bool) throws(DatabaseError) -> Bound? {
        guard !isAbsent else { return nil }
        return try Bound.decode(SQLCell(type: Bound.sqlType, bytes: try fields.field()))
    }
}
