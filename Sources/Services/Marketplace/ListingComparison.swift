internal import API

/// Listings side by side: the same properties for each, in the order of the message's fields.
enum ListingComparison {
    static func properties(of listings: [Listing]) -> [ComparedProperty] {
        values.map { name, value in
            var property = ComparedProperty()
            property.property = name
            property.values = listings.map(value)
            property.differs = Set(property.values).count > 1
            return property
        }
    }

    private static let values: [(String, @Sendable (Listing) -> String)] = [
        ("owner", \.owner), ("kind", \.kind.word), ("display_name", \.displayName), ("summary", \.summary),
        ("topics", { $0.topics.joined(separator: ", ") }), ("maturity", \.maturity.word),
        ("funding_programme", \.fundingProgramme), ("license", \.license),
        ("interfaces", { $0.interfaces.joined(separator: ", ") }),
        ("standards", { $0.standards.joined(separator: ", ") }), ("price_model", \.priceModel.word),
        ("price_note", \.priceNote), ("languages", { $0.languages.joined(separator: ", ") }),
        ("application", \.application), ("evidence.live_parties", { "\($0.evidence.liveParties)" }),
        ("evidence.reports", { "\($0.evidence.reports)" }),
    ]
}
