public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

/// Search, open to every registered party.
extension MarketplaceHandler {
    public func searchCatalogue(
        _ request: SearchCatalogueRequest, _ call: ServerCall
    ) async throws -> SearchCatalogueResponse {
        let principal = try await backend.authorise(call)
        let query = try SearchQuery(request.query)
        let filters = try request.storedFilters()
        guard (0...Int32(Limits.searchPage.maximum)).contains(request.pageSize) else {
            throw Failure.invalid("page_size", "must be between 0 and \(Limits.searchPage.maximum)")
        }
        let size = request.pageSize == 0 ? Limits.searchPage.usual : Int(request.pageSize)
        var asked = request
        (asked.pageSize, asked.pageToken) = (0, "")
        let token = try PageToken(asked, method: call.method.path, principal: principal)
        let cursor = try token.numbers(request.pageToken, count: 2).map { numbers in
            SearchCursor(score: Int32(clamping: numbers[0]), document: numbers[1])
        }
        let reader = backend.store.reader(principal)
        let words = try await reader.searchedWords(query.words)
        let page = try await reader.search(
            words, filters: filters, after: cursor, limit: size + 1, counted: Limits.countedResults)
        var response = SearchCatalogueResponse()
        response.hits = page.hits.prefix(size).map(SearchHit.init)
        response.facets = page.facetCounts
        response.totalSize = Int32(clamping: page.total)
        response.countedSize = Int32(clamping: page.counted)
        response.words = words.map(QueryWord.init)
        if page.hits.count > size {
            let last = page.hits[size - 1].cursor
            response.nextPageToken = token.text(["\(last.score)", "\(last.document)"])
        }
        return response
    }
}

extension SearchCatalogueRequest {
    /// The filters with the numbers under which facets are stored.
    fileprivate func storedFilters() throws -> [(facet: Int16, values: [String])] {
        var checks = FieldChecks()
        var seen: Set<Facet> = []
        for (index, filter) in filters.enumerated() {
            let field = "filters[\(index)]"
            checks.enumeration(filter.facet, field: field + ".facet")
            checks.require(seen.insert(filter.facet).inserted, field + ".facet", "is named twice")
            checks.names(filter.values, field: field + ".values", count: 1...Limits.facetValues, length: 1...200)
        }
        try checks.finish()
        return filters.map { (facet: Int16($0.facet.rawValue), values: $0.values) }
    }
}

extension SearchHit {
    fileprivate init(_ row: SearchHitRow) {
        self.init()
        name = row.name
        displayName = row.title
        summary = row.summary
        kind = row.kind
        owner = "parties/" + row.owner
        score = row.cursor.score
    }
}

extension QueryWord {
    fileprivate init(_ word: SearchedWord) {
        self.init()
        self.word = word.word
        switch word.match {
        case .exact: match = .exact
        case .part: match = .part
        case .similar where !word.others.isEmpty: match = .similar
        case .similar, nil: match = .unspecified
        }
    }
}

extension SearchPage {
    /// The most frequent values of each facet; the rows are in that order.
    fileprivate var facetCounts: [FacetCounts] {
        var counts: [FacetCounts] = []
        for row in facets {
            let facet = Facet(rawValue: Int(row.facet)) ?? .unspecified
            if counts.last?.facet != facet {
                counts.append(.with { $0.facet = facet })
            }
            let last = counts.count - 1
            guard counts[last].values.count < Limits.facetValues else { continue }
            counts[last].values.append(
                .with {
                    $0.value = row.value
                    $0.count = Int32(clamping: row.count)
                })
        }
        return counts
    }
}
