/// What a party that leaves gets of what is owned, or bears of what is lacking (Auseinandersetzung).
public struct ExitTerms: Sendable, Hashable {
    /// By which share it has part.
    public enum Basis: Sendable, Hashable {
        /// It neither gets nor bears a share.
        case none
        /// Its share of ownership of an application on its last day.
        case ownership(application: String)
        /// Its part of the last settlement that was issued.
        case lastSettlement
    }

    public let basis: Basis
    /// Whether it bears its share of a deficit, but has no claim to its share of assets.
    public let isDeficitOnly: Bool

    public init(_ basis: Basis, isDeficitOnly: Bool = false) {
        self.basis = basis
        self.isDeficitOnly = isDeficitOnly
    }

    /// A party leaves without anything.
    public static let nothing = ExitTerms(.none)

    /// The assets, or the deficit, of which a party has a share.
    public func shared(_ netAssets: Int64) -> Int64 { isDeficitOnly ? min(netAssets, 0) : netAssets }

    /// In words.
    public var phrase: String {
        let deficit = isDeficitOnly ? ", of a deficit alone" : ""
        return switch basis {
        case .none: "who leaves neither gets nor bears a share"
        case .ownership(let application): "who leaves has part by ownership of \(application)\(deficit)"
        case .lastSettlement: "who leaves has part by the last settlement\(deficit)"
        }
    }
}
