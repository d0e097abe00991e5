/// An exact ratio without any limit of size, for sums and for the shares an allocation explains.
///
/// Kept in lowest terms, so equal values are equal and have one description.
public struct ExactFraction: Sendable, Hashable {
    let isNegative: Bool
    let numerator: BigUInt
    let denominator: BigUInt

    public static let zero = ExactFraction(Fraction.zero)

    /// The 64-bit fraction, unchanged.
    public init(_ fraction: Fraction) {
        self.init(
            isNegative: fraction.numerator < 0, BigUInt(fraction.numerator.magnitude),
            BigUInt(fraction.denominator.magnitude))
    }

    /// A whole number.
    public init(_ whole: Int64) {
        self.init(isNegative: whole < 0, BigUInt(whole.magnitude), .one)
    }

    /// Any ratio with a denominator above zero.
    init(isNegative: Bool, _ numerator: BigUInt, _ denominator: BigUInt) {
        precondition(!denominator.isZero, "a fraction has a denominator")
        let divisor = BigUInt.greatestCommonDivisor(numerator, denominator)
        self.numerator = numerator.quotientAndRemainder(dividingBy: divisor).quotient
        self.denominator = denominator.quotientAndRemainder(dividingBy: divisor).quotient
        self.isNegative = isNegative && !numerator.isZero
    }

    /// The value as a 64-bit fraction, or `nil` if it does not fit.
    public var fraction: Fraction? {
        guard let top = numerator.word.flatMap({ Int64(signedMagnitude: $0, isNegative: isNegative) }),
            let bottom = denominator.word.flatMap({ Int64(exactly: $0) })
        else { return nil }
        return Fraction(top, bottom)
    }

    public static func + (left: ExactFraction, right: ExactFraction) -> ExactFraction {
        let first = left.numerator * right.denominator
        let second = right.numerator * left.denominator
        let denominator = left.denominator * right.denominator
        if left.isNegative == right.isNegative {
            return ExactFraction(isNegative: left.isNegative, first + second, denominator)
        }
        return first >= second
            ? ExactFraction(isNegative: left.isNegative, first - second, denominator)
            : ExactFraction(isNegative: right.isNegative, second - first, denominator)
    }

    public static prefix func - (value: ExactFraction) -> ExactFraction {
        ExactFraction(isNegative: !value.isNegative, value.numerator, value.denominator)
    }

    public static func - (left: ExactFraction, right: ExactFraction) -> ExactFraction {
        left + -right
    }

    public static func * (left: ExactFraction, right: ExactFraction) -> ExactFraction {
        ExactFraction(
            isNegative: left.isNegative != right.isNegative, left.numerator * right.numerator,
            left.denominator * right.denominator)
    }

    /// The greatest whole number that is not above the value, or `nil` if it does not fit into 64 bits.
    public var roundedDown: Int64? {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        let magnitude = isNegative && !remainder.isZero ? quotient + .one : quotient
        return magnitude.word.flatMap { Int64(signedMagnitude: $0, isNegative: isNegative) }
    }

    /// The value with up to `places` decimals, without trailing zeros and rounded half away from zero, and whether that
    /// is the value itself.
    public func decimal(places: Int) -> (text: String, isExact: Bool) {
        var scaled = numerator
        for _ in 0..<places { scaled = scaled * 10 }
        let (quotient, remainder) = scaled.quotientAndRemainder(dividingBy: denominator)
        let rounded = remainder + remainder >= denominator ? quotient + .one : quotient
        var digits = rounded.description
        if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
        var decimals = digits.suffix(places)
        while decimals.last == "0" { decimals = decimals.dropLast() }
        let sign = isNegative && !rounded.isZero ? "-" : ""
        let text = sign + digits.dropLast(places) + (decimals.isEmpty ? "" : "." + decimals)
        return (text, remainder.isZero)
    }

    /// The value in per cent with up to `places` decimals, such as `99.97961 %`; begins with `about` if it was rounded.
    public func percent(places: Int = 6) -> String {
        let (text, isExact) = (self * ExactFraction(100)).decimal(places: places)
        return (isExact ? "" : "about ") + text + " %"
    }
}

extension ExactFraction: Comparable {
    public static func < (left: ExactFraction, right: ExactFraction) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        let first = left.numerator * right.denominator
        let second = right.numerator * left.denominator
        return left.isNegative ? second < first : first < second
    }
}

extension ExactFraction: CustomStringConvertible {
    /// `3/10`, or `1` for a whole number.
    public var description: String {
        let text = (isNegative ? "-" : "") + numerator.description
        return denominator == .one ? text : text + "/" + denominator.description
    }
}
