import API
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct UsageTests {
    @Test func aBatchSentTwiceCountsOnce() async throws {
        try await House.with(.founded) { house in
            let batch = IngestUsageRequest.batch(.itzgrund, quantities: [3, 4, 5])
            let other = IngestUsageRequest.batch(.itzgrund, first: 100, quantities: [1])
            let first = try await ingest([batch, other, batch], as: .itzgrund, in: house)
            let second = try await ingest([batch], as: .itzgrund, in: house)
            #expect(first.map(\.replayed) == [false, false, true])
            #expect(second.map(\.replayed) == [true])
            var receipt = second[0]
            receipt.replayed = false
            #expect(receipt == first[0])
            #expect(first[0].requestID == batch.requestID)
            #expect(first[0].recordCount == 3)
            #expect(first[0].rowRoot.count == 32)
            #expect(first[1].registerPosition == first[0].registerPosition + 1)
            let totals = try await usage(of: .itzgrund, in: house)
            #expect(totals.map(\.quantity) == [13])
            #expect(totals.map(\.recordCount) == [4])
        }
    }

    @Test func aRecordThatIsThereIsRefusedByName() async throws {
        try await House.with(.founded) { house in
            let stored = try await ingest([.batch(.itzgrund, quantities: [3, 4, 5])], as: .itzgrund, in: house)
            let before = try rows(house)
            let repeated = await refusal {
                _ = try await ingest([.batch(.itzgrund, first: 1, quantities: [9])], as: .itzgrund, in: house)
            }
            #expect(repeated?.code == .alreadyExists)
            #expect(repeated?.reason == "DUPLICATE_RECORD")
            #expect(repeated?.fields == ["records[0]"])
            #expect(repeated?.message.contains("quantity 4") == true)
            #expect(repeated?.message.contains("position \(stored[0].registerPosition)") == true)

            // The third record of five is new twice: the whole batch is refused.
            var twice = IngestUsageRequest.batch(.itzgrund, first: 50, quantities: [1, 1, 1, 1, 1])
            twice.records[3] = twice.records[2]
            let within = await refusal { _ = try await ingest([twice], as: .itzgrund, in: house) }
            #expect(within?.reason == "DUPLICATE_RECORD")
            #expect(within?.fields == ["records[3]"])
            #expect(try rows(house) == before)

            // Another system that reports the same hours is another source.
            let source = IngestUsageRequest.batch(.itzgrund, quantities: [1], source: "altverfahren")
            #expect(try await ingest([source], as: .itzgrund, in: house).count == 1)
        }
    }

    @Test func whatStoodBeforeARefusedBatchIsKept() async throws {
        try await House.with(.founded) { house in
            var bad = IngestUsageRequest.batch(.grossheirath, first: 10, quantities: [2, 2])
            bad.records[1].metricID = "clicks"
            let good = IngestUsageRequest.batch(.grossheirath, quantities: [7])
            let late = IngestUsageRequest.batch(.grossheirath, first: 20, quantities: [1])
            let stream = try await UsageServiceClient(try house.client(.grossheirath)).ingestUsage()
            try await stream.send(good)
            let receipt = try await stream.receive()
            #expect(receipt?.requestID == good.requestID)
            let refused = await refusal {
                try await stream.send(bad)
                try await stream.send(late)
                while try await stream.receive() != nil {}
            }
            #expect(refused?.reason == "UNKNOWN_METRIC")
            #expect(refused?.fields == ["records[1].metric_id"])
            #expect(try await usage(of: .grossheirath, in: house).map(\.quantity) == [7])
        }
    }

    @Test func batchesUpToTheLimit() async throws {
        try await House.with(.founded) { house in
            let full = IngestUsageRequest.batch(.itzgrund, quantities: Array(repeating: 1, count: 10_000))
            let receipts = try await ingest([full], as: .itzgrund, in: house)
            #expect(receipts.map(\.recordCount) == [10_000])
            // 10,000 hours of 2012 reach into 2013: 8784 hours lie in the leap year.
            #expect(try await usage(of: .itzgrund, in: house).map(\.recordCount) == [8784])
            let long = IngestUsageRequest.batch(
                .itzgrund, first: 20_000, quantities: Array(repeating: 1, count: 10_001))
            let refused = await refusal { _ = try await ingest([long], as: .itzgrund, in: house) }
            #expect(refused?.code == .invalidArgument)
            #expect(refused?.reason == "BATCH_TOO_LARGE")
            #expect(refused?.fields == ["records"])
            #expect(refused?.message.contains("10001") == true)
            #expect(try house.database.number("SELECT count(*) FROM usage_record") == 10_000)
        }
    }

    @Test func totalsAreThoseOfARegistersSize() async throws {
        try await House.with(.founded) { house in
            let first = try await ingest([.batch(.itzgrund, quantities: [3])], as: .itzgrund, in: house)
            let size = first[0].registerPosition + 1
            let second = try await ingest([.batch(.itzgrund, first: 1, quantities: [4])], as: .itzgrund, in: house)
            #expect(second[0].registerPosition == size)
            #expect(try await usage(of: .itzgrund, in: house, registerSize: size).map(\.quantity) == [3])
            #expect(try await usage(of: .itzgrund, in: house, registerSize: size + 1).map(\.quantity) == [7])
            #expect(try await usage(of: .itzgrund, in: house, registerSize: size - 1).isEmpty)
            // Others see nothing of it; office and auditor see all.
            #expect(try await usage(of: .grossheirath, in: house).isEmpty)
            #expect(try await usage(of: .office, in: house).map(\.quantity) == [7])
            #expect(try await usage(of: .auditor, in: house).map(\.quantity) == [7])
        }
    }

    private func rows(_ house: House) throws -> String {
        try house.database.execute(
            "SELECT (SELECT count(*) FROM usage_record), (SELECT count(*) FROM usage_batch), sum(size) FROM register")
    }
}

extension TestDatabase {
    /// The one number that `text` gives as the superuser.
    func number(_ text: String) throws -> Int? {
        try execute(text).split(separator: "\n").first.flatMap { Int($0) }
    }
}
