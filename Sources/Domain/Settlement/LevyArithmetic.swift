/// The sums around an allocation: what a pool bears, what is asked for before a budget exists. Exact, and
/// rounded once where it says so.
public enum LevyArithmetic {
    /// What a cost item adds to its pool: net and the tax that cannot be deducted, rounded half away from zero.
    ///
    /// Under § 2b UStG the provider deducts nothing, so cost means gross of tax. Throws INVALID_FIELD naming
    /// `<field>.deductible_share`, or OUT_OF_RANGE.
    public static func borne(
        net: Int64, vat: Int64, deductibleShare: Fraction, field: String = "cost_item"
    ) throws(Failure) -> Int64 {
        guard deductibleShare.isShare else {
            throw .invalid("\(field).deductible_share", "must lie between 0 and 1, not \(deductibleShare)")
        }
        let kept = Int128(deductibleShare.denominator) - Int128(deductibleShare.numerator)
        let tax = rounded(Int128(vat) * kept, by: Int128(deductibleShare.denominator))
        return try fitting(Int128(net) + tax, "cost item")
    }

    /// What each party pays for the time being at last year's rate: last year's pool by last year's units, times its
    /// units of now, rounded half away from zero. (RVR-Gesetz § 19: the old rate applies until there is a budget.)
    ///
    /// The sum is whatever the rate brings in. Throws INVALID_FIELD naming `last_total` or `figures`, or OUT_OF_RANGE.
    public static func provisionalLevy(
        lastPool: Int64, lastTotal: Quantity, figures: PartyFigures
    ) throws(Failure) -> [PartyCode: Int64] {
        guard lastTotal.units > 0 else { throw .invalid("last_total", "must be above zero, not \(lastTotal)") }
        let rate = ExactFraction(lastPool) * quantity(lastTotal).inverse
        var levy: [PartyCode: Int64] = [:]
        for (party, figure) in zip(figures.quantities.parties, figures.quantities.values) {
            guard figure.units >= 0 else { throw .invalid("figures", "must not be negative: \(party) has \(figure)") }
            guard let amount = (rate * quantity(figure)).roundedHalfAway else {
                throw Failure(.outOfRange, "the provisional levy of \(party) is too large")
            }
            levy[party] = amount
        }
        return levy
    }

    /// Throws INFEASIBLE_RULE if more is charged than a pool costs, where only cost may be reimbursed: under § 2b UStG
    /// and for a Zweckvereinbarung (BayKommZG Art. 10).
    public static func requireCostCovering(charged: Int64, cost: Int64, pool: String) throws(Failure) {
        guard charged > max(cost, 0) else { return }
        throw Failure(
            .infeasibleRule,
            "\(pool) would charge \(charged) for costs of \(cost) minor units, and only cost may be reimbursed; "
                + "carry the surplus forward or give it back")
    }

    private static func quantity(_ quantity: Quantity) -> ExactFraction {
        var denominator = BigUInt.one
        for _ in 0..<quantity.scale { denominator = denominator * 10 }
        return ExactFraction(isNegative: quantity.units < 0, BigUInt(quantity.units.magnitude), denominator)
    }

    private static func rounded(_ numerator: Int128, by denominator: Int128) -> Int128 {
        let magnitude = (2 * Int128(numerator.magnitude) + denominator) / (2 * denominator)
        return numerator < 0 ? -magnitude : magnitude
    }

    private static func fitting(_ amount: Int128, _ what: String) throws(Failure) -> Int64 {
        guard let amount = Int64(exactly: amount) else {
            throw Failure(.outOfRange, "the \(what) is too large to be stored")
        }
        return amount
    }
}

extension ExactFraction {
    /// One divided by the value, which must not be zero.
    fileprivate var inverse: ExactFraction { ExactFraction(isNegative: isNegative, denominator, numerator) }

    /// The nearest whole number, halves away from zero; `nil` if it does not fit.
    public var roundedHalfAway: Int64? {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        let magnitude = remainder + remainder >= denominator ? quotient + .one : quotient
        return magnitude.word.flatMap { Int64(signedMagnitude: $0, isNegative: isNegative) }
    }
}
