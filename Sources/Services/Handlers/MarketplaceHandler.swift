public import API
internal import Domain
public import GRPC
internal import Store

/// Listings: written by their owners, read, found and compared by everybody.
public struct MarketplaceHandler: MarketplaceServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func createListing(_ request: CreateListingRequest, _ call: ServerCall) async throws -> CreateListingResponse
    {
        let principal = try await backend.authorise(call, as: .publishers)
        var checks = FieldChecks()
        let id = checks.resourceID(request.listingID, field: "listing_id")
        request.listing.check(&checks)
        try checks.finish()
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let application = try await change.application(of: request.listing)
            var response = CreateListingResponse()
            (response.listing, response.registerPosition) = try await change.write(
                request.listing, name: "listings/" + id!, after: nil, application: application)
            return response
        }
    }

    public func updateListing(_ request: UpdateListingRequest, _ call: ServerCall) async throws -> UpdateListingResponse
    {
        let principal = try await backend.authorise(call, as: .publishers)
        var checks = FieldChecks()
        _ = checks.id(request.listing.name, in: "listings", field: "listing.name")
        request.listing.check(&checks)
        try checks.finish()
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let former = try await change.session.ownPublication(
                Listing.self, request.listing.name, etag: request.listing.etag, principal: principal)
            let application = try await change.application(of: request.listing)
            var response = UpdateListingResponse()
            (response.listing, response.registerPosition) = try await change.write(
                request.listing, name: request.listing.name, after: former, application: application)
            return response
        }
    }

    public func publishListing(
        _ request: PublishListingRequest, _ call: ServerCall
    ) async throws -> PublishListingResponse {
        let principal = try await backend.authorise(call, as: .publishers)
        _ = try Listing.id(request.name, field: "name")
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let row = try await change.session.ownPublication(
                Listing.self, request.name, etag: request.etag, principal: principal)
            guard row.revision.contact != nil else {
                throw Failure(
                    .invalidState, "revision \(row.newestRevision) has no contact; write one with a contact first"
                ).about(Listing.type, request.name)
            }
            var response = PublishListingResponse()
            (response.listing, response.registerPosition) = try await change.publish(row, as: Listing.self)
            return response
        }
    }

    public func withdrawListing(
        _ request: WithdrawListingRequest, _ call: ServerCall
    ) async throws -> WithdrawListingResponse {
        let principal = try await backend.authorise(call, as: .publishers)
        _ = try Listing.id(request.name, field: "name")
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let row = try await change.session.ownPublication(
                Listing.self, request.name, etag: request.etag, principal: principal)
            var response = WithdrawListingResponse()
            (response.listing, response.registerPosition) = try await change.withdraw(row, as: Listing.self)
            return response
        }
    }

    public func getListing(_ request: GetListingRequest, _ call: ServerCall) async throws -> GetListingResponse {
        let principal = try await backend.authorise(call)
        _ = try Listing.id(request.name, field: "name")
        guard request.revision >= 0 else { throw Failure.invalid("revision", "must not be negative") }
        let choice: RevisionChoice = request.revision == 0 ? .usual : .number(request.revision)
        var response = GetListingResponse()
        response.listing = try await backend.store.reader(principal).listing(request.name, choice)
        return response
    }

    public func listListings(_ request: ListListingsRequest, _ call: ServerCall) async throws -> ListListingsResponse {
        let principal = try await backend.authorise(call)
        let owner = try ResourceName.id(request.owner, in: "parties", field: "owner")
        let reader = backend.store.reader(principal)
        let page = try ListPage(request, call, principal)
        let rows = try await reader.publications(
            of: owner, prefix: "listings/", after: try page.place(count: 1)?[0] ?? "", limit: page.limit)
        var response = ListListingsResponse()
        let (shown, next) = page.cut(rows) { [$0.name] }
        response.nextPageToken = next
        let evidence = try await reader.usageEvidence(of: shown.map(\.id), on: Clock.today())
        response.listings = try shown.map { try Listing($0, evidence: evidence[$0.id]) }
        return response
    }

    public func compareListings(
        _ request: CompareListingsRequest, _ call: ServerCall
    ) async throws -> CompareListingsResponse {
        let principal = try await backend.authorise(call)
        var checks = FieldChecks()
        checks.require(
            Limits.comparedListings.contains(request.names.count), "names",
            "must name \(Limits.comparedListings.lowerBound) to \(Limits.comparedListings.upperBound) listings")
        checks.require(Set(request.names).count == request.names.count, "names", "must not name a listing twice")
        for (index, name) in request.names.enumerated() {
            _ = checks.id(name, in: "listings", field: "names[\(index)]")
        }
        try checks.finish()
        let reader = backend.store.reader(principal)
        var response = CompareListingsResponse()
        for name in request.names { response.listings.append(try await reader.listing(name, .published)) }
        response.properties = ListingComparison.properties(of: response.listings)
        return response
    }
}

extension Set<PrincipalRole> {
    /// Those who may put something on offer: everybody but auditors, who only read.
    static let publishers: Set<PrincipalRole> = [.municipality, .coordinationOffice, .operator]
}

extension PlatformChange {
    /// The surrogate of the application that a listing is linked to, which lies in a consortium of the caller.
    fileprivate func application(of listing: Listing) async throws -> Int32? {
        guard !listing.application.isEmpty else { return nil }
        let ids = try ResourceName.ids(
            listing.application, in: ["consortia", "applications"], field: "listing.application")
        guard let consortium = principal.consortia[ids[0]] else {
            throw Failure.invalid("listing.application", "must lie in a consortium that you take part in")
        }
        return try await session.application(ids[1], in: consortium, name: listing.application).id
    }
}

extension Reader {
    /// A listing with its evidence of use.
    func listing(_ name: String, _ choice: RevisionChoice) async throws -> Listing {
        let row = try await publication(name, choice, type: Listing.type)
        return try Listing(row, evidence: await usageEvidence(of: [row.id], on: Clock.today())[row.id])
    }
}

extension Listing {
    init(_ row: PublicationRow, evidence: UsageEvidenceRow?) throws {
        try self.init(row)
        if let evidence { self.evidence = UsageEvidence(evidence) }
    }
}

extension UsageEvidence {
    init(_ row: UsageEvidenceRow) {
        self.init()
        liveParties = row.live
        agreedParties = row.agreed
        endedParties = row.ended
        if let since = row.liveSince { liveSince = API.CivilDate(since) }
        reports = row.reports
    }
}
