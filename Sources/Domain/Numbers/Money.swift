/// An amount in minor units (cents) of a currency. Never a floating-point number.
public struct Money: Sendable, Hashable {
    /// The amount in the currency's minor unit, which for EUR is the cent. May be negative.
    public let minorUnits: Int64
    public let currency: Currency

    public init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Reads `1234.56` as an amount of the currency. Throws MISSING_FIELD or INVALID_FIELD.
    public init(_ text: String, currency: Currency, field: String) throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        guard let units = DecimalText(text[...].trimmingBlanks())?.units(scale: currency.minorDigits) else {
            let form = DecimalText.format(123_456, scale: currency.minorDigits)
            throw .invalid(field, "must be an amount in \(currency) such as \(form), not \"\(text.excerpt)\"")
        }
        self.init(minorUnits: units, currency: currency)
    }

    /// Sum. Throws INVALID_FIELD for another currency and OUT_OF_RANGE if it does not fit.
    public func adding(_ other: Money) throws(Failure) -> Money {
        guard currency == other.currency else {
            throw .invalid("currency_code", "must be \(currency) as for the other amounts, not \(other.currency)")
        }
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        guard !overflow else {
            throw Failure(.outOfRange, "the sum of \(self) and \(other) is too large; book it in smaller parts")
        }
        return Money(minorUnits: sum, currency: currency)
    }
}

extension Money: CustomStringConvertible {
    /// `39,051.92 EUR`.
    public var description: String {
        DecimalText.format(minorUnits, scale: currency.minorDigits, groupSeparator: ",") + " \(currency)"
    }
}
