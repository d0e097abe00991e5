/// A ratio just as its two figures stand in the books: 2595/6645 inhabitants, not 519/1329.
public struct UnreducedFraction: Sendable, Hashable, CustomStringConvertible {
    public let numerator: Int64
    /// Above zero.
    public let denominator: Int64

    init(_ numerator: Int64, of denominator: Int64) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The value in lowest terms.
    public var fraction: Fraction { Fraction(numerator, denominator) ?? .zero }

    public var description: String { "\(numerator)/\(denominator)" }
}
