import API
import ArgumentParser
import GRPC
import SwiftProtobuf

/// The method that is called.
enum TargetName: String, ExpressibleByArgument, CaseIterable {
    /// grpc.health.v1.Health/Check: no database behind it.
    case health
    /// GetAgreementRevision: one row of a table under row-level security.
    case agreement
    /// ProveInclusion: one of many entries.
    case proof
    /// QueryUsageTotals: a year of 100 parties, from rollups.
    case totals
    /// SearchCatalogue: German queries over the listings of `bench-load listings`.
    case search
    /// The echo server of the tests.
    case echo
    /// gRPC's own test service: nothing goes in and nothing comes out.
    case testing

    /// Who calls: the totals of all parties are for the office.
    var caller: Caller { self == .totals ? .office : .municipalities[0] }
}

/// A method and the requests that are sent to it in turn, made beforehand: the client must not be the bottleneck.
struct UnaryTarget: Sendable {
    let method: MethodDescriptor
    let requests: [[UInt8]]
    /// Whether an answer is the right one; asked once for every request, before the load.
    let isRight: @Sendable (_ request: [UInt8], _ response: [UInt8]) throws -> Bool

    init(_ name: TargetName, consortium: BenchConsortium, entries: Int64) throws {
        switch name {
        case .health:
            method = Grpc_Health_V1_HealthMethods.check
            requests = [try Grpc_Health_V1_HealthCheckRequest().serializedBytes()]
            isRight = { _, response in
                try Grpc_Health_V1_HealthCheckResponse(serializedBytes: response).status == .serving
            }
        case .agreement:
            method = AgreementServiceMethods.getAgreementRevision
            requests = try (1...BenchConsortium.revisions).map { number in
                var request = GetAgreementRevisionRequest()
                request.name = consortium.revision(number)
                return try request.serializedBytes()
            }
            isRight = { request, response in
                let name = try GetAgreementRevisionRequest(serializedBytes: request).name
                return try GetAgreementRevisionResponse(serializedBytes: response).agreementRevision.name == name
            }
        case .proof:
            method = RegisterServiceMethods.proveInclusion
            // Steps that share no factor with any size in use meet old and new entries alike.
            requests = try (0..<1000).map { step in
                var request = ProveInclusionRequest()
                request.register = consortium.name
                request.position = Int64(step) * 7_368_787 % entries
                return try request.serializedBytes()
            }
            isRight = { request, response in
                let position = try ProveInclusionRequest(serializedBytes: request).position
                let proof = try ProveInclusionResponse(serializedBytes: response)
                return proof.position == position && proof.size == entries && !proof.path.isEmpty
            }
        case .totals:
            method = UsageServiceMethods.queryUsageTotals
            var request = QueryUsageTotalsRequest()
            request.parent = consortium.application
            request.metric = consortium.metric
            request.period.start.year = BenchConsortium.totalsYear
            request.period.start.month = 1
            request.period.start.day = 1
            request.period.end = request.period.start
            request.period.end.year += 1
            requests = [try request.serializedBytes()]
            isRight = { _, response in
                try QueryUsageTotalsResponse(serializedBytes: response).totals.count == BenchConsortium.totalsParties
            }
        case .search:
            method = MarketplaceServiceMethods.searchCatalogue
            requests = try SampleQueries.all.map { query in
                var request = SearchCatalogueRequest()
                request.query = query
                return try request.serializedBytes()
            }
            isRight = { _, response in try !SearchCatalogueResponse(serializedBytes: response).hits.isEmpty }
        case .echo:
            method = MethodDescriptor(service: "allmende.bench.Echo", method: "Echo", kind: .unary)
            requests = [Array(repeating: 7, count: 40)]
            isRight = { request, response in request == response }
        case .testing:
            method = MethodDescriptor(service: "grpc.testing.TestService", method: "EmptyCall", kind: .unary)
            requests = [[]]
            isRight = { _, response in response.isEmpty }
        }
    }
}
