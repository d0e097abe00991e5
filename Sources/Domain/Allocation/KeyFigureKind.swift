/// Kinds of key figures (Schlüsselgrößen) that a municipality publishes with a reference date.
public enum KeyFigureKind: String, Sendable, Hashable, CaseIterable {
    case inhabitants = "INHABITANTS"
    case area = "AREA"
    case pupils = "PUPILS"
    case cases = "CASES"
    case taxCapacity = "TAX_CAPACITY"

    /// What the figure counts, for explanations.
    public var unit: String {
        switch self {
        case .inhabitants: "inhabitants"
        case .area: "km²"
        case .pupils: "pupils"
        case .cases: "cases"
        case .taxCapacity: "EUR of tax capacity"
        }
    }

    /// Decimals of values as they are stored and sent: areas in hectares, tax capacity in cents.
    public var storedScale: Int {
        switch self {
        case .area, .taxCapacity: 2
        case .inhabitants, .pupils, .cases: 0
        }
    }
}
