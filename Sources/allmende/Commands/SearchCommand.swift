internal import API
internal import ArgumentParser
internal import Terminal

extension MarketCommands {
    struct Search: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Searches listings and guides, in German.",
            discussion: """
                All words must be found. Umlauts may be written out, parts of longer words count ("Bescheid" finds \
                "Grundsteuerbescheid"), and slips of the pen are forgiven. Nobody can pay for a rank: docs/search.md \
                has the order.
                """)
        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Words; all that is public when left out.")
        var words: [String] = []
        @Option(help: "Only application, advisory-service or guide; may be repeated.")
        var kind: [String] = []
        @Option(help: "Only this topic; may be repeated.")
        var topic: [String] = []
        @Option(help: "Only this maturity, for example stable; may be repeated.")
        var maturity: [String] = []
        @Option(help: "Only this licence; may be repeated.")
        var license: [String] = []
        @Option(help: "Only this price model, for example cost-sharing; may be repeated.")
        var price: [String] = []
        @Option(help: "Only this language; may be repeated.")
        var language: [String] = []
        @Option(help: "Only guides for this stage, for example implementation; may be repeated.")
        var stage: [String] = []
        @Option(help: "Most results, 1 to 100.")
        var limit: Int32 = 10
        @Flag(help: "Also count the results by topic, licence and so on.")
        var facets = false

        func run(_ session: Session) async throws {
            var request = SearchCatalogueRequest()
            request.query = words.joined(separator: " ")
            request.pageSize = limit
            let filters: [(Facet, [String])] = [
                (.kind, kind), (.topic, topic), (.maturity, maturity), (.license, license), (.priceModel, price),
                (.language, language), (.stage, stage),
            ]
            request.filters = filters.filter { !$0.1.isEmpty }.map { facet, values in
                var filter = FacetFilter()
                filter.facet = facet
                filter.values = values
                return filter
            }
            let response = try await MarketplaceServiceClient(session.client).searchCatalogue(request)
            try session.show(response) { SearchTable.text(response, withFacets: facets) }
        }
    }
}

/// Results of a search for people.
enum SearchTable {
    static func text(_ response: SearchCatalogueResponse, withFacets: Bool) -> String {
        var table = Table(.number("points"), .text("name"), .text("title"), .text("kind"))
        for hit in response.hits { table.add("\(hit.score)", hit.name, hit.displayName, hit.kind) }
        var text = table.text + "\(response.hits.count) of \(Grouped.text(response.totalSize))"
        for word in response.words where word.match == .similar || word.match == .unspecified {
            text += word.match == .similar ? "; similar to \"\(word.word)\"" : "; \"\(word.word)\" is in none"
        }
        text += "\n"
        guard withFacets else { return text }
        for facet in response.facets {
            let values = facet.values.map { "\($0.value) (\($0.count))" }.joined(separator: ", ")
            text += "\(Choice.text(facet.facet)): \(values)\n"
        }
        return text
    }
}
