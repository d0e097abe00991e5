import API
import GRPC
import GRPCServices
import SwiftProtobuf
import Testing

/// What a refused call says.
struct Refusal: Sendable, Equatable {
    var code: StatusCode
    var message: String
    /// Reason and metadata of `ErrorInfo`.
    var reason = ""
    var metadata: [String: String] = [:]
    /// Fields of `BadRequest`.
    var fields: [String] = []
    var hasPrecondition = false
    var hasRetryInfo = false
    var resource = ""

    init(_ status: Status) {
        code = status.code
        message = status.message
        for detail in (try? status.readDetails()) ?? [] {
            switch detail {
            case .errorInfo(let reason, _, let metadata): (self.reason, self.metadata) = (reason, metadata)
            case .badRequest(let violations): fields = violations.map(\.field)
            case .preconditionFailure: hasPrecondition = true
            case .resourceInfo(_, let name, _): resource = name
            case .retryInfo: hasRetryInfo = true
            case .quotaFailure: break
            }
        }
    }
}

/// The status with which `body` is refused; nil when it succeeds.
func refusal(_ body: () async throws -> Void) async -> Refusal? {
    do {
        try await body()
        return nil
    } catch let status as Status {
        return Refusal(status)
    } catch {
        return Refusal(Status(.unknown, "not a status: \(error)"))
    }
}

/// Sends batches on one stream and returns the receipts of all.
func ingest(
    _ batches: [IngestUsageRequest], as person: Person, in house: House
) async throws -> [IngestUsageResponse] {
    let stream = try await UsageServiceClient(try house.client(person)).ingestUsage()
    for batch in batches { try await stream.send(batch) }
    try await stream.finish()
    var receipts: [IngestUsageResponse] = []
    while let receipt = try await stream.receive() { receipts.append(receipt) }
    return receipts
}

/// The totals of 2012 as a person sees them.
func usage(of person: Person, in house: House, registerSize: Int64? = nil) async throws -> [UsageTotal] {
    try await UsageServiceClient(try house.client(person)).queryUsageTotals(
        .with {
            $0.parent = Founding.application
            $0.period = .year(2012)
            if let registerSize { $0.asOf.registerSize = registerSize }
        }
    ).totals
}
