/// A listing as it might stand on the marketplace. Everybody in it is an office; no person is named.
public struct SampleListing: Sendable {
    public var id: String
    public var isService: Bool
    public var title: String
    public var summary: String
    public var description: String
    public var topic: String
    /// Number of the API's Maturity.
    public var maturity: Int
    public var license: String
    /// Number of the API's PriceModel.
    public var priceModel: Int
    public var fundingProgramme: String
    public var interfaces: [String]
    public var standards: [String]
    public var languages: [String]
}
