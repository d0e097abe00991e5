public import SwiftProtobuf

/// A request for a list that comes in pages (AIP-158).
public protocol PagedRequest: Message {
    /// Most rows in one page; 0 leaves it to the server.
    var pageSize: Int32 { get set }
    /// Token that the page before gave; empty for the first page.
    var pageToken: String { get set }
}

/// One page of a list.
public protocol PagedResponse: Message {
    /// Token of the next page; empty on the last one.
    var nextPageToken: String { get set }
}

extension PagedRequest {
    /// Reads every page of a list.
    ///
    /// - Parameter read: asks for one page.
    /// - Returns: one answer with all rows.
    /// - Throws: what `read` throws.
    public func all<Page: PagedResponse>(_ read: (Self) async throws -> Page) async throws -> Page {
        var request = self
        request.pageSize = 1000
        var all = try await read(request)
        while !all.nextPageToken.isEmpty {
            request.pageToken = all.nextPageToken
            all.nextPageToken = ""
            let page: [UInt8] = try await read(request).serializedBytes()
            // Where messages are merged, lists are appended to each other.
            try all.merge(serializedBytes: page)
        }
        return all
    }
}

extension ListAccessesRequest: PagedRequest {}
extension ListAdoptionReportsRequest: PagedRequest {}
extension ListAdoptionsRequest: PagedRequest {}
extension ListAdvisoryBodiesRequest: PagedRequest {}
extension ListAdvisoryRequestsRequest: PagedRequest {}
extension ListAgreementRevisionsRequest: PagedRequest {}
extension ListApplicationsRequest: PagedRequest {}
extension ListConsortiaRequest: PagedRequest {}
extension ListCostItemsRequest: PagedRequest {}
extension ListCredentialsRequest: PagedRequest {}
extension ListDecisionsRequest: PagedRequest {}
extension ListDocumentsRequest: PagedRequest {}
extension ListInterestsRequest: PagedRequest {}
extension ListKeyFiguresRequest: PagedRequest {}
extension ListLateUsageRequest: PagedRequest {}
extension ListListingsRequest: PagedRequest {}
extension ListMandatesRequest: PagedRequest {}
extension ListMembershipsRequest: PagedRequest {}
extension ListMetricsRequest: PagedRequest {}
extension ListMunicipalChangesRequest: PagedRequest {}
extension ListPartiesRequest: PagedRequest {}
extension ListPeriodsRequest: PagedRequest {}
extension ListReleasesRequest: PagedRequest {}
extension ListRemarksRequest: PagedRequest {}
extension ListSettlementsRequest: PagedRequest {}
extension ListUpgradesDueRequest: PagedRequest {}
extension ListUsageStatementsRequest: PagedRequest {}

extension ListAccessesResponse: PagedResponse {}
extension ListAdoptionReportsResponse: PagedResponse {}
extension ListAdoptionsResponse: PagedResponse {}
extension ListAdvisoryBodiesResponse: PagedResponse {}
extension ListAdvisoryRequestsResponse: PagedResponse {}
extension ListAgreementRevisionsResponse: PagedResponse {}
extension ListApplicationsResponse: PagedResponse {}
extension ListConsortiaResponse: PagedResponse {}
extension ListCostItemsResponse: PagedResponse {}
extension ListCredentialsResponse: PagedResponse {}
extension ListDecisionsResponse: PagedResponse {}
extension ListDocumentsResponse: PagedResponse {}
extension ListInterestsResponse: PagedResponse {}
extension ListKeyFiguresResponse: PagedResponse {}
extension ListLateUsageResponse: PagedResponse {}
extension ListListingsResponse: PagedResponse {}
extension ListMandatesResponse: PagedResponse {}
extension ListMembershipsResponse: PagedResponse {}
extension ListMetricsResponse: PagedResponse {}
extension ListMunicipalChangesResponse: PagedResponse {}
extension ListPartiesResponse: PagedResponse {}
extension ListPeriodsResponse: PagedResponse {}
extension ListReleasesResponse: PagedResponse {}
extension ListRemarksResponse: PagedResponse {}
extension ListSettlementsResponse: PagedResponse {}
extension ListUpgradesDueResponse: PagedResponse {}
extension ListUsageStatementsResponse: PagedResponse {}
