import API
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// What batches leave behind, and what receipts say when batches meet.
@Suite(.timeLimit(.minutes(5)))
struct UsageIntakeTests {
    private func sources(_ house: House) throws -> Int? {
        try house.database.number("SELECT count(*) FROM usage_source WHERE source_code = 'neu'")
    }

    @Test func aBatchThatIsRefusedLeavesNothing() async throws {
        try await House.with(.founded) { house in
            let before = try house.database.execute("SELECT count(*) FROM usage_source")
            let foreign = IngestUsageRequest.batch(.grossheirath, quantities: [1], source: "neu")
            let receipt = try await ingest([foreign], as: .itzgrund, in: house)[0]
            #expect(receipt.rejections.map(\.reason) == ["PERMISSION_DENIED"])
            let long = IngestUsageRequest.batch(
                .itzgrund, quantities: Array(repeating: 1, count: 10_001), source: "neu")
            let refused = await refusal { _ = try await ingest([long], as: .itzgrund, in: house) }
            #expect(refused?.reason == "BATCH_TOO_LARGE")
            #expect(try house.database.execute("SELECT count(*) FROM usage_source") == before)
            // Four streams at once meet with the new source: it is stored once, and so is each batch.
            let receipts = try await withThrowingTaskGroup(of: [IngestUsageResponse].self) { tasks in
                for stream in 0..<4 {
                    tasks.addTask {
                        try await ingest(
                            (0..<5).map { batch in
                                .batch(
                                    .itzgrund, first: Int64(100 * stream + 10 * batch), quantities: [1, 2],
                                    source: "neu")
                            }, as: .itzgrund, in: house)
                    }
                }
                return try await tasks.reduce(into: []) { $0 += $1 }
            }
            #expect(receipts.map(\.recordCount) == Array(repeating: 2, count: 20))
            #expect(try sources(house) == 1)
            #expect(try house.database.number("SELECT count(DISTINCT source_id) FROM usage_batch") == 1)
            #expect(try house.database.number("SELECT count(DISTINCT source_id) FROM usage_rollup") == 1)
        }
    }

    /// What one batch finds unchanged, another corrects before the first has its place in the register.
    @Test func aReceiptHoldsAtItsPlaceInTheRegister() async throws {
        try await House.with(.founded) { house in
            _ = try await ingest([.batch(.itzgrund, quantities: [3, 4])], as: .itzgrund, in: house)
            let lock = try house.database.hold(
                "SELECT FROM register WHERE name = '\(Founding.consortium)' FOR UPDATE")
            var correction = IngestUsageRequest.batch(.itzgrund, quantities: [30, 40])
            correction.supersede = true
            var second = IngestUsageRequest.batch(.itzgrund, quantities: [3, 5, 6])
            second.supersede = true
            second.records.remove(at: 1)
            var third = IngestUsageRequest.batch(.itzgrund, first: 1, quantities: [4, 7, 8])
            third.records.remove(at: 1)
            let batches = [correction, second, third]
            let receipts = try await withThrowingTaskGroup(of: (Int, IngestUsageResponse).self) { tasks in
                for (index, batch) in batches.enumerated() {
                    tasks.addTask { (index, try await ingest([batch], as: .itzgrund, in: house)[0]) }
                    // Each has looked at what is stored, and waits for the register in this order.
                    while try waiting(house) != index + 1 { await Task.yield() }
                }
                lock.release()
                return try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            var model = UsageModel()
            _ = model.take(.batch(.itzgrund, quantities: [3, 4]))
            #expect(receipts[0]?.correctedCount == 2)
            for (index, receipt) in receipts.sorted(by: { $0.value.registerPosition < $1.value.registerPosition }) {
                #expect(UsageModel.Outcome(receipt) == model.take(batches[index]), "batch \(index)")
            }
            #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [3 + 40 + 6 + 8])
        }
    }

    private func waiting(_ house: House) throws -> Int? {
        try house.database.number(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = '\(house.database.name)' AND wait_event_type = 'Lock'
            """)
    }

    /// What a metric demands is what it demands at the batch's place in the register.
    @Test func aMetricThatIsRetiredMeanwhileTakesNoMore() async throws {
        try await House.with(.founded) { house in
            _ = try await ingest([.batch(.itzgrund, quantities: [3])], as: .itzgrund, in: house)
            let lock = try house.database.hold(
                "SELECT FROM register WHERE name = '\(Founding.consortium)' FOR UPDATE")
            async let retired = UsageServiceClient(try house.client(.office)).retireMetric(
                .with {
                    $0.name = Founding.metric
                    $0.requestID = .newRequest
                })
            while try waiting(house) != 1 { await Task.yield() }
            async let receipts = ingest([.batch(.itzgrund, first: 9, quantities: [1])], as: .itzgrund, in: house)
            while try waiting(house) != 2 { await Task.yield() }
            lock.release()
            _ = try await retired
            #expect(try await receipts[0].rejections.map(\.reason) == ["INVALID_STATE"])
            #expect(try house.database.number("SELECT count(*) FROM usage_record") == 1)
        }
    }
}
