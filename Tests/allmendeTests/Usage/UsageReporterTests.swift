import API
import Foundation
import GRPC
import SwiftProtobuf
import Synchronization
import TestServer
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct UsageReporterTests {
    /// Stores batches by their ids, as the server does, and keeps up to five receipts back.
    private final class Stock: Sendable {
        let batches = Mutex<[String: Int]>([:])

        func ingest(_ call: ServerCall) async throws {
            var held: [IngestUsageResponse] = []
            while let bytes = try await call.receive() {
                let request = try IngestUsageRequest(serializedBytes: bytes)
                var receipt = IngestUsageResponse()
                receipt.requestID = request.requestID
                receipt.recordCount = Int64(request.records.count)
                receipt.replayed =
                    batches.withLock { $0.updateValue(request.records.count, forKey: request.requestID) } != nil
                held.append(receipt)
                if held.count > 5 { try await call.send(held.removeFirst().serializedBytes()) }
            }
            for receipt in held { try await call.send(receipt.serializedBytes()) }
        }
    }

    private func withFile(lines: Int, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        var content = UsageGenerator.header
        try UsageGenerator(year: 2012, metric: "cases", records: lines).write(party: "09473132") { content += $0 }
        try #require(FileManager.default.createFile(atPath: path, contents: Data(content)))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private func report(_ path: String, _ server: TestServer) async throws -> UsageSummary {
        let file = try UsageFile(path, scales: ["cases": 0], batchSize: 100)
        let rejected = RejectedRows(path + ".rejected.csv")
        var reporter = UsageReporter(
            .init(application: "consortia/a/applications/b", source: "system"), total: 1, rejected: rejected)
        try await reporter.send(file, UsageServiceClient(server.client))
        return reporter.summary
    }

    @Test func everyBatchIsAcknowledgedAndARepeatedReportCountsOnce() async throws {
        let stock = Stock()
        var router = Router()
        router.stream(UsageServiceMethods.ingestUsage) { try await stock.ingest($0) }
        try await withFile(lines: 1201) { path in
            try await TestServer.with(router) { server in
                let first = try await report(path, server)
                #expect(first.batches == 13 && first.records == 1201 && first.replayedBatches == 0)
                let second = try await report(path, server)
                #expect(second.batches == 13 && second.records == 1201 && second.replayedBatches == 13)
            }
        }
        #expect(stock.batches.withLock { $0.values.reduce(0, +) } == 1201)
    }

    @Test func aRefusedBatchEndsTheReport() async throws {
        var router = Router()
        router.stream(UsageServiceMethods.ingestUsage) { call in
            _ = try await call.receive()
            throw Status(.invalidArgument, "records[17].metric_id is unknown")
        }
        try await withFile(lines: 5000) { path in
            try await TestServer.with(router) { server in
                let failure = await status { _ = try await report(path, server) }
                #expect(failure?.code == .invalidArgument)
            }
        }
    }

    @Test func receiptsThatAreMissingAreNoSuccess() async throws {
        var router = Router()
        router.stream(UsageServiceMethods.ingestUsage) { call in
            while try await call.receive() != nil {}
        }
        try await withFile(lines: 10) { path in
            try await TestServer.with(router) { server in
                await #expect(throws: CommandFailure.self) { _ = try await report(path, server) }
            }
        }
    }
}
