/// A ratio that is brought to lowest terms only when somebody asks, as most lines are never explained.
struct UnreducedRatio: Sendable, Hashable {
    let numerator: BigUInt
    let denominator: BigUInt

    var value: ExactFraction { ExactFraction(isNegative: false, numerator, denominator) }
}
