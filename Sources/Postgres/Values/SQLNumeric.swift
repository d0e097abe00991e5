/// An exact decimal number (`numeric`): a sign, decimal digits, and how many of them stand behind the point.
///
/// `1.0` and `1.00` are different values here, as the server prints them differently; it compares them as equal.
public struct SQLNumeric: Sendable, Hashable {
    enum Kind: UInt16, Sendable {
        case positive = 0x0000
        case negative = 0x4000
        case notANumber = 0xC000
        case infinity = 0xD000
        case minusInfinity = 0xF000
    }

    let kind: Kind
    /// Digits to the base 10,000, without zeros at either end.
    let digits: [Int16]
    /// Exponent of the first digit: its value is `digits[0] · 10,000^weight`.
    let weight: Int16
    /// Decimal digits behind the point.
    public let scale: Int

    /// Digits behind the point that the server takes (PostgreSQL manual, "Arbitrary Precision Numbers").
    public static let maximumScale = 16_383

    private init(_ kind: Kind) {
        self.kind = kind
        (digits, weight, scale) = ([], 0, 0)
    }

    /// The form the server sends: no zeros at either end, zero is positive.
    init(isNegative: Bool, digits: [Int16], weight: Int, scale: Int) {
        let start = digits.firstIndex { $0 != 0 } ?? digits.endIndex
        let end = (digits.lastIndex { $0 != 0 } ?? -1) + 1
        self.digits = start < end ? Array(digits[start..<end]) : []
        self.weight = self.digits.isEmpty ? 0 : Int16(truncatingIfNeeded: weight - start)
        self.scale = scale
        kind = isNegative && !self.digits.isEmpty ? .negative : .positive
    }

    public static let notANumber = SQLNumeric(.notANumber)
    public static let infinity = SQLNumeric(.infinity)
    public static let minusInfinity = SQLNumeric(.minusInfinity)

    /// Whether it is neither infinite nor "not a number".
    public var isFinite: Bool { kind == .positive || kind == .negative }

    // MARK: - Whole numbers

    /// `units · 10^-scale`, for example 1999 and 2 for 19.99.
    ///
    /// - Returns: nil when the scale is negative or larger than the server takes.
    public init?(units: Int64, scale: Int) {
        let text = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, min(scale, Self.maximumScale) + 1 - text.count)) + text
        guard (0...Self.maximumScale).contains(scale) else { return nil }
        let point = padded.index(padded.endIndex, offsetBy: -scale)
        self.init((units < 0 ? "-" : "") + padded[..<point] + (scale > 0 ? "." + padded[point...] : ""))
    }

    /// The number as a multiple of `10^-scale`; nil when it is none, or does not fit.
    public func units(scale: Int) -> Int64? {
        guard isFinite, (0...Self.maximumScale).contains(scale) else { return nil }
        guard let first = digits.first, first != 0 else { return 0 }
        // More than 19 digits do not fit; so neither loop below runs long.
        guard (Int(weight) + 1) * 4 + scale <= 24 else { return nil }
        var value: Int64 = 0
        func append(_ digit: Int64) -> Bool {
            let product = value.multipliedReportingOverflow(by: 10)
            let sum = product.partialValue.subtractingReportingOverflow(digit)
            value = sum.partialValue
            return !product.overflow && !sum.overflow
        }
        // Collected below zero, where there is room for one more number.
        let text = decimals(behindPoint: max(scale, (digits.count - 1 - Int(weight)) * 4, 0))
        let wanted = text.count - max(0, text.behind - scale)
        guard text.digits[max(0, wanted)...].allSatisfy({ $0 == 0 }) else { return nil }
        for digit in text.digits[..<wanted] where !append(Int64(digit)) { return nil }
        if kind == .negative { return value }
        return value == .min ? nil : -value
    }

    /// All decimal digits down to `behind` places behind the point.
    private func decimals(behindPoint behind: Int) -> (digits: [UInt8], behind: Int, count: Int) {
        var decimals: [UInt8] = []
        let groupsBehind = (behind + 3) / 4
        for exponent in stride(from: max(Int(weight), 0), through: -groupsBehind, by: -1) {
            let index = Int(weight) - exponent
            let group = digits.indices.contains(index) ? Int(digits[index]) : 0
            decimals += [group / 1000, group / 100 % 10, group / 10 % 10, group % 10].map { UInt8($0) }
        }
        decimals.removeLast(groupsBehind * 4 - behind)
        return (decimals, behind, decimals.count)
    }
}

// MARK: - Text

extension SQLNumeric: CustomStringConvertible, LosslessStringConvertible {
    /// Reads what the server prints: an optional sign, digits, and digits behind a point; or `NaN`, `Infinity`,
    /// `-Infinity`. nil for anything else, and for more digits than the server takes.
    public init?(_ text: some StringProtocol) {
        switch text {
        case "NaN": self = .notANumber
        case "Infinity": self = .infinity
        case "-Infinity": self = .minusInfinity
        default: self.init(decimal: Array(text.utf8))
        }
    }

    public init?(_ description: String) { self.init(description[...]) }

    private init?(decimal text: [UInt8]) {
        let isNegative = text.first == UInt8(ascii: "-")
        let parts = text.dropFirst(isNegative ? 1 : 0)
            .split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let whole = parts.first ?? []
        let behind = parts.count > 1 ? parts[1] : []
        let areDigits = { (part: ArraySlice<UInt8>) in part.allSatisfy { (48...57).contains($0) } }
        // Digits before the point: 131,072 (the same section of the manual).
        guard !whole.isEmpty, areDigits(whole), areDigits(behind), parts.count == 1 || !behind.isEmpty,
            whole.count <= 131_072, behind.count <= Self.maximumScale
        else { return nil }
        let before = (whole.count + 3) / 4
        var decimals = [UInt8](repeating: 0, count: before * 4 - whole.count)
        decimals += (whole + behind).map { $0 - 48 }
        decimals += [UInt8](repeating: 0, count: (4 - decimals.count % 4) % 4)
        let digits = stride(from: 0, to: decimals.count, by: 4).map { start in
            decimals[start..<(start + 4)].reduce(Int16(0)) { $0 * 10 + Int16($1) }
        }
        self.init(isNegative: isNegative, digits: digits, weight: before - 1, scale: behind.count)
    }

    /// As the server prints it.
    public var description: String {
        switch kind {
        case .notANumber: return "NaN"
        case .infinity: return "Infinity"
        case .minusInfinity: return "-Infinity"
        case .positive, .negative: break
        }
        let decimals = decimals(behindPoint: scale)
        let characters = decimals.digits.map { $0 + 48 }
        let (before, behind) = (characters.dropLast(scale), characters.suffix(scale))
        let whole = before.drop { $0 == 48 }
        return (kind == .negative ? "-" : "") + (whole.isEmpty ? "0" : String(decoding: whole, as: UTF8.self))
            + (scale > 0 ? "." + String(decoding: behind, as: UTF8.self) : "")
    }
}

// MARK: - Binary

extension SQLNumeric: SQLEncodable, SQLDecodable, SQLArrayElement {
    public static var sqlType: SQLType { .numeric }
    public static var sqlArrayType: SQLType { .numericArray }

    public func encode(into encoder: inout SQLEncoder) {
        encoder.append(UInt16(digits.count))
        encoder.append(weight)
        encoder.append(kind.rawValue)
        encoder.append(UInt16(scale))
        for digit in digits { encoder.append(digit) }
    }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> SQLNumeric {
        try cell.expect(.numeric)
        var fields = FieldReader(try cell.required())
        let count = Int(try fields.number(UInt16.self))
        let weight = try fields.number(Int16.self)
        guard let kind = Kind(rawValue: try fields.number(UInt16.self)) else { throw .malformed("numeric of no sign") }
        let scale = Int(try fields.number(UInt16.self))
        guard fields.left == count * 2, scale <= maximumScale else { throw .malformed("numeric of a wrong length") }
        guard kind == .positive || kind == .negative else {
            guard count == 0 else { throw .malformed("digits where there is no number") }
            return SQLNumeric(kind)
        }
        var digits: [Int16] = []
        digits.reserveCapacity(count)
        for _ in 0..<count {
            let digit = try fields.number(Int16.self)
            guard (0..<10_000).contains(digit) else { throw .malformed("numeric with an impossible digit") }
            digits.append(digit)
        }
        return try checked(kind == .negative, digits, Int(weight), scale)
    }

    /// - Throws: where digits would lie outside what weight and scale can hold.
    private static func checked(
        _ isNegative: Bool, _ digits: [Int16], _ weight: Int, _ scale: Int
    ) throws(DatabaseError) -> SQLNumeric {
        let number = SQLNumeric(isNegative: isNegative, digits: digits, weight: weight, scale: scale)
        let lowest = number.digits.isEmpty ? 0 : Int(number.weight) - number.digits.count + 1
        // The last group may be cut by the scale; what lies behind the cut is zero.
        let cut = max(0, -lowest * 4 - scale)
        let unit: Int16? = [1, 10, 100, 1000].indices.contains(cut) ? [1, 10, 100, 1000][cut] : nil
        guard weight - digits.count >= Int(Int16.min), let unit, (number.digits.last ?? 0) % unit == 0 else {
            throw .malformed("numeric with digits behind its scale")
        }
        return number
    }
}
