/// A measured or counted quantity: a decimal number with a fixed number of decimals.
///
/// `12.50` has 1250 units of scale 2. Quantities of the same value but different scale are different values here, as
/// the scale is part of what was reported; `rescaled` makes them comparable.
public struct Quantity: Sendable, Hashable {
    /// Scales a quantity may have.
    public static let scales = 0...9

    /// The quantity in units of 10^-scale.
    public let units: Int64
    /// Number of decimals, 0…9.
    public let scale: Int

    /// A whole number.
    public init(_ whole: Int64) {
        units = whole
        scale = 0
    }

    /// Throws INVALID_FIELD for a scale outside 0…9.
    public init(units: Int64, scale: Int, field: String) throws(Failure) {
        guard Self.scales.contains(scale) else {
            throw .invalid(field, "must have a scale of 0 to 9, not \(scale)")
        }
        self.init(units: units, knownScale: scale)
    }

    /// For a scale that another quantity has, and that is therefore allowed.
    init(units: Int64, knownScale scale: Int) {
        self.units = units
        self.scale = scale
    }

    /// Reads `12.5` as a quantity of the given scale. More decimals than that are refused, not rounded.
    public init(_ text: String, scale: Int, field: String) throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        let zero = try Quantity(units: 0, scale: scale, field: field)
        guard let units = DecimalText(text[...].trimmingBlanks())?.units(scale: scale) else {
            throw .invalid(field, "must be a number with at most \(scale) decimals, not \"\(text.excerpt)\"")
        }
        self.init(units: units, knownScale: zero.scale)
    }

    /// The fraction as a number with as few decimals as it needs. Throws INVALID_FIELD if it needs more than 9, or does
    /// not fit.
    public init(exactly fraction: Fraction, field: String) throws(Failure) {
        var scaled = Int128(fraction.numerator)
        for scale in Self.scales {
            if scaled % Int128(fraction.denominator) == 0,
                let units = Int64(exactly: scaled / Int128(fraction.denominator))
            {
                self.init(units: units, knownScale: scale)
                return
            }
            scaled *= 10
        }
        throw .invalid(field, "must be a number with at most 9 decimals, not \(fraction)")
    }

    /// Sum of two quantities, in the finer of the two scales. Throws OUT_OF_RANGE if it does not fit.
    public func adding(_ other: Quantity) throws(Failure) -> Quantity {
        let scale = max(scale, other.scale)
        let (sum, overflow) = try rescaled(to: scale).units.addingReportingOverflow(other.rescaled(to: scale).units)
        guard !overflow else {
            throw Failure(.outOfRange, "the sum of \(self) and \(other) is too large to be stored")
        }
        return Quantity(units: sum, knownScale: scale)
    }

    /// Below zero, zero or above zero, as this value is less than, the same as or greater than the other, whatever
    /// their scales.
    public func order(against other: Quantity) -> Int {
        let (left, right) = (aligned, other.aligned)
        return left < right ? -1 : left == right ? 0 : 1
    }

    /// In units of 10^-9; a 64-bit number times 10^9 stays far below 2^127.
    private var aligned: Int128 {
        var value = Int128(units)
        for _ in scale..<Self.scales.upperBound { value *= 10 }
        return value
    }

    /// The same value with another scale. Throws OUT_OF_RANGE if it does not fit or would lose decimals.
    public func rescaled(to wanted: Int) throws(Failure) -> Quantity {
        let text = DecimalText(magnitude: units.magnitude, isNegative: units < 0, scale: scale)
        guard Self.scales.contains(wanted), let units = text.units(scale: wanted) else {
            throw Failure(.outOfRange, "\(self) cannot be stored with \(wanted) decimals")
        }
        return Quantity(units: units, knownScale: wanted)
    }
}

extension Quantity: TextValue {
    /// Reads `12.50` with as many decimals as are written, at most 9.
    public init(_ text: String, field: String) throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        guard let number = DecimalText(text[...].trimmingBlanks()), Self.scales.contains(number.scale),
            let units = number.units(scale: number.scale)
        else {
            throw .invalid(field, "must be a number with at most 9 decimals such as 12.50, not \"\(text.excerpt)\"")
        }
        self.init(units: units, knownScale: number.scale)
    }

    /// `12.50`, with all decimals of the scale.
    public var description: String { DecimalText.format(units, scale: scale) }

    /// `12,345.50`, with thousands apart, for people.
    public var grouped: String { DecimalText.format(units, scale: scale, groupSeparator: ",") }
}
