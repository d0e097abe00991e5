/// A key that somebody else determines and publishes, such as the Königsteiner Schlüssel, in one of its years.
public struct PublishedKeyReference: Sendable, Hashable {
    /// Which year's table counts.
    public enum Year: Sendable, Hashable {
        /// The table of that year, whatever is charged.
        case fixed(Int)
        /// The table of so many years before the charged one; 0 for the charged year itself.
        case yearsBefore(Int)
    }

    /// How far back a relative year may lie.
    public static let yearsBefore = 0...10

    /// Which key, such as `koenigsteiner-schluessel`.
    public let name: ResourceID
    /// The year under which it was published.
    public let year: Int

    public init(name: ResourceID, year: Int) {
        self.name = name
        self.year = year
    }

    init(name: ResourceID, _ rule: Year, chargedYear: Int) {
        switch rule {
        case .fixed(let year): self.init(name: name, year: year)
        // The rule has checked the distance; a year out of all range has no table.
        case .yearsBefore(let count): self.init(name: name, year: chargedYear.subtractingReportingOverflow(count).0)
        }
    }
}
