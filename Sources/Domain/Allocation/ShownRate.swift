/// A rate per unit (Umlagesatz: euros a pupil, a head), as budgets publish it beside the sum it is to bring in.
///
/// The rate is rounded, so units times rate may miss the sum. Settlements share out the sum; the rate is only shown,
/// together with what it misses.
public struct ShownRate: Sendable, Hashable {
    /// Rounded half away from zero, in the currency's major unit.
    public let rate: Quantity
    /// Units times rate.
    public let product: Quantity
    /// How much the product is above the sum; below zero if it falls short.
    public let difference: Quantity

    /// The rate that brings in `amount` minor units from so many units, with 0…9 decimals that are at least the
    /// currency's. Throws INVALID_FIELD, naming `units` or `decimals`, and OUT_OF_RANGE.
    public init(of amount: Int64, units: Int64, decimals: Int, currency: Currency) throws(Failure) {
        guard units > 0 else { throw .invalid("units", "must be at least 1, not \(units)") }
        guard Quantity.scales.contains(decimals), decimals >= currency.minorDigits else {
            throw .invalid(
                "decimals", "must be \(currency.minorDigits) to \(Quantity.scales.upperBound), not \(decimals)")
        }
        var scaled = Int128(amount)
        for _ in currency.minorDigits..<decimals { scaled *= 10 }
        let half = Int128(units)
        let magnitude = (2 * Int128(scaled.magnitude) + half) / (2 * half)
        let rate = scaled < 0 ? -magnitude : magnitude
        let product = rate.multipliedReportingOverflow(by: half)
        guard let rateUnits = Int64(exactly: rate), !product.overflow,
            let productUnits = Int64(exactly: product.partialValue),
            let difference = Int64(exactly: product.partialValue - scaled)
        else {
            throw Failure(
                .outOfRange, "the rate of \(amount) minor units over \(units) units does not fit; show fewer decimals")
        }
        self.rate = Quantity(units: rateUnits, knownScale: decimals)
        self.product = Quantity(units: productUnits, knownScale: decimals)
        self.difference = Quantity(units: difference, knownScale: decimals)
    }
}
