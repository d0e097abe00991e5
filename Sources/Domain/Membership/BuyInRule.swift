/// What a joiner pays to buy in (Einstandsgeld).
public enum BuyInRule: Sendable, Hashable {
    case none
    /// The same sum for everyone.
    case fixed(Money)
    /// The joiner's share of the value of what is owned together.
    case jointValue(Money)
    /// A sum for each inhabitant.
    case perInhabitant(Money)

    /// An amount with the way it is computed.
    public struct Quote: Sendable, Hashable {
        public let amount: Money
        public let explanation: String
    }

    /// What a joiner pays, rounded half up to the minor unit.
    ///
    /// - Parameters:
    ///   - share: the ownership share it would get. MISSING_FIELD where the rule goes by value and there is none.
    ///   - inhabitants: its inhabitants, and the day they speak of. MISSING_FIELD likewise.
    public func quote(
        currency: Currency, share: Fraction?, inhabitants: (count: Int64, on: CivilDate)?
    ) throws(Failure) -> Quote {
        switch self {
        case .none:
            return Quote(amount: Money(minorUnits: 0, currency: currency), explanation: "nothing by the charter")
        case .fixed(let sum): return Quote(amount: sum, explanation: "a fixed sum of \(sum) by the charter")
        case .jointValue(let value):
            guard let share else { throw .missing("share") }
            guard share > .zero, share < .one else {
                throw .invalid("share", "must be above 0 and below 1, not \(share)")
            }
            let product = Int128(value.minorUnits) * Int128(share.numerator)
            let amount = Self.roundedHalfUp(product, share.denominator)
            return Quote(
                amount: Money(minorUnits: amount, currency: value.currency),
                explanation: "\(share) of \(value), the value of what is owned together")
        case .perInhabitant(let sum):
            guard let inhabitants else { throw .missing("reference_date") }
            let (amount, overflow) = sum.minorUnits.multipliedReportingOverflow(by: inhabitants.count)
            if overflow { throw Failure(.outOfRange, "the buy-in is too large") }
            return Quote(
                amount: Money(minorUnits: amount, currency: sum.currency),
                explanation: "\(inhabitants.count.inGroups) inhabitants on \(inhabitants.on) at \(sum) each")
        }
    }

    private static func roundedHalfUp(_ numerator: Int128, _ denominator: Int64) -> Int64 {
        Int64((2 * numerator + Int128(denominator)) / (2 * Int128(denominator)))
    }
}
