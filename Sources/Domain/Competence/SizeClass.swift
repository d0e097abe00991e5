/// Size classes of municipalities by their inhabitants.
///
/// Bounds: Bundesinstitut für Bau-, Stadt- und Raumforschung (BBSR), Laufende Stadtbeobachtung, "Stadt- und
/// Gemeindetypen in Deutschland". The BBSR also looks at the central-place function and at associations of
/// municipalities; here inhabitants alone decide (docs/coverage.md).
public enum SizeClass: String, Sendable, Hashable, CaseIterable {
    /// Landgemeinde: below 5,000.
    case ruralMunicipality = "rural-municipality"
    /// Kleine Kleinstadt: 5,000 to below 10,000.
    case smallerSmallTown = "smaller-small-town"
    /// Größere Kleinstadt: 10,000 to below 20,000.
    case largerSmallTown = "larger-small-town"
    /// Kleine Mittelstadt: 20,000 to below 50,000.
    case smallerMediumTown = "smaller-medium-town"
    /// Große Mittelstadt: 50,000 to below 100,000.
    case largerMediumTown = "larger-medium-town"
    /// Kleinere Großstadt: 100,000 to below 500,000.
    case smallerCity = "smaller-city"
    /// Große Großstadt: from 500,000.
    case largerCity = "larger-city"

    /// The class of so many inhabitants.
    public init(inhabitants: Int64) {
        self = Self.allCases.last { inhabitants >= $0.lowerBound } ?? .ruralMunicipality
    }

    /// The least number of inhabitants that belongs to it.
    public var lowerBound: Int64 {
        switch self {
        case .ruralMunicipality: 0
        case .smallerSmallTown: 5_000
        case .largerSmallTown: 10_000
        case .smallerMediumTown: 20_000
        case .largerMediumTown: 50_000
        case .smallerCity: 100_000
        case .largerCity: 500_000
        }
    }
}
