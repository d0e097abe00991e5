/// An exact ratio of two 64-bit integers in lowest terms, such as an ownership share of 3/10.
///
/// Arithmetic is done in 128 bits and throws OUT_OF_RANGE where the result in lowest terms no longer fits; nothing is
/// ever rounded. Sums of many fractions go through `ExactFraction`, which has no limit.
public struct Fraction: Sendable, Hashable {
    /// Numerator in lowest terms; carries the sign.
    public let numerator: Int64
    /// Denominator in lowest terms; always positive.
    public let denominator: Int64

    public static let zero = Fraction(lowestTerms: 0, 1)
    public static let one = Fraction(lowestTerms: 1, 1)
    public static let half = Fraction(lowestTerms: 1, 2)

    /// The fraction `numerator/denominator`, or `nil` if the denominator is zero or the result does not fit.
    public init?(_ numerator: Int64, _ denominator: Int64) {
        self.init(wide: Int128(numerator), Int128(denominator))
    }

    /// The fraction of a request's two numbers. Throws INVALID_FIELD for a denominator below one.
    public init(_ numerator: Int64, _ denominator: Int64, field: String) throws(Failure) {
        guard denominator > 0, let value = Fraction(numerator, denominator) else {
            throw .invalid(field, "must have a denominator of at least 1, not \(denominator)")
        }
        self = value
    }

    /// The whole number as a fraction.
    public init(_ whole: Int64) {
        self.init(lowestTerms: whole, 1)
    }

    private init(lowestTerms numerator: Int64, _ denominator: Int64) {
        self.numerator = numerator
        self.denominator = denominator
    }

    private init?(wide numerator: Int128, _ denominator: Int128) {
        guard denominator != 0 else { return nil }
        let divisor = greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
        let isNegative = (numerator < 0) != (denominator < 0)
        guard let top = Int64(exactly: numerator.magnitude / divisor),
            let bottom = Int64(exactly: denominator.magnitude / divisor)
        else { return nil }
        self.init(lowestTerms: isNegative ? -top : top, bottom)
    }

    /// Whether the fraction lies in 0…1, as every share must.
    public var isShare: Bool { numerator >= 0 && numerator <= denominator }

    /// Sum. Throws OUT_OF_RANGE if it does not fit.
    public func adding(_ other: Fraction) throws(Failure) -> Fraction {
        // Each product is below 2^126, so their sum stays in 128 bits.
        let top = Int128(numerator) * Int128(other.denominator) + Int128(other.numerator) * Int128(denominator)
        return try Self.checked(top, Int128(denominator) * Int128(other.denominator))
    }

    /// Difference. Throws OUT_OF_RANGE if it does not fit.
    public func subtracting(_ other: Fraction) throws(Failure) -> Fraction {
        let top = Int128(numerator) * Int128(other.denominator) - Int128(other.numerator) * Int128(denominator)
        return try Self.checked(top, Int128(denominator) * Int128(other.denominator))
    }

    /// Product. Throws OUT_OF_RANGE if it does not fit.
    public func multiplied(by other: Fraction) throws(Failure) -> Fraction {
        try Self.checked(
            Int128(numerator) * Int128(other.numerator), Int128(denominator) * Int128(other.denominator))
    }

    /// Exact sum of any number of fractions; never overflows.
    public static func sum(_ fractions: some Sequence<Fraction>) -> ExactFraction {
        // One common denominator for all: reducing after every addition would cost far more.
        let fractions = Array(fractions)
        let common = fractions.reduce(BigUInt.one) { $0.leastCommonMultiple(with: $1.denominator.magnitude) }
        var positive = BigUInt.zero
        var negative = BigUInt.zero
        for fraction in fractions {
            let scale = common.quotientAndRemainder(dividingBy: fraction.denominator.magnitude).quotient
            let scaled = scale * fraction.numerator.magnitude
            if fraction.numerator < 0 { negative = negative + scaled } else { positive = positive + scaled }
        }
        return positive >= negative
            ? ExactFraction(isNegative: false, positive - negative, common)
            : ExactFraction(isNegative: true, negative - positive, common)
    }

    private static func checked(_ numerator: Int128, _ denominator: Int128) throws(Failure) -> Fraction {
        guard let result = Fraction(wide: numerator, denominator) else {
            throw Failure(.outOfRange, "a fraction leaves the range of 64-bit numbers; use smaller denominators")
        }
        return result
    }
}

extension Fraction: Comparable {
    public static func < (left: Fraction, right: Fraction) -> Bool {
        Int128(left.numerator) * Int128(right.denominator) < Int128(right.numerator) * Int128(left.denominator)
    }
}

extension Fraction: TextValue {
    /// Reads `1/2`, `15 %`, `0.15` or `1`.
    public init(_ text: String, field: String) throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        guard let value = Fraction(parsing: text) else {
            throw .invalid(field, "must be a fraction such as 1/2, 15 % or 0.15, not \"\(text.excerpt)\"")
        }
        self = value
    }

    private init?(parsing text: String) {
        let text = text[...].trimmingBlanks()
        if let slash = text.firstIndex(of: "/") {
            guard let top = DecimalText(text[..<slash].trimmingBlanks())?.units(scale: 0),
                let bottom = DecimalText(text[text.index(after: slash)...].trimmingBlanks())?.units(scale: 0),
                bottom > 0
            else { return nil }
            self.init(top, bottom)
            return
        }
        let isPercent = text.last == "%"
        guard let number = DecimalText((isPercent ? text.dropLast() : text).trimmingBlanks()) else { return nil }
        var denominator: Int128 = isPercent ? 100 : 1
        for _ in 0..<number.scale { denominator *= 10 }
        self.init(wide: number.isNegative ? -Int128(number.digits) : Int128(number.digits), denominator)
    }

    /// `3/10`, or `1` for a whole number.
    public var description: String {
        denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
    }

    /// The fraction in per cent with up to `places` decimals, such as `15 %`; begins with `about` if it was rounded.
    public func percent(places: Int = 6) -> String {
        ExactFraction(self).percent(places: places)
    }
}

/// Greatest common divisor; that of 0 and n is n, and 1 stands for that of 0 and 0 so that it can always divide.
func greatestCommonDivisor<T: FixedWidthInteger & UnsignedInteger>(_ first: T, _ second: T) -> T {
    var (a, b) = (first, second)
    while b != 0 { (a, b) = (b, a % b) }
    return a == 0 ? 1 : a
}

extension String {
    /// The beginning of a text that came from outside, short and printable enough for an error message.
    package var excerpt: String {
        let limit = 40
        let printable = unicodeScalars.prefix(limit).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0) }
        return printable.joined() + (unicodeScalars.count > limit ? "…" : "")
    }
}
