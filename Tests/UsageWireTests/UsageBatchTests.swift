import API
import SwiftProtobuf
import TestSupport
import Testing

@testable import UsageWire

@Suite(.timeLimit(.minutes(5)))
struct UsageBatchTests {
    @Test("a batch written by SwiftProtobuf is read the same")
    func reads() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let request = IngestUsageRequest.random(&generator)
            try #expect(IngestUsageRequest(decoding: request.serializedBytes()) == request, "seed \(seed)")
        }
    }

    @Test("a batch from the writer is what SwiftProtobuf would have written")
    func writes() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let request = IngestUsageRequest.random(&generator)
            let writer = request.written()
            #expect(writer.count == request.records.count)
            try #expect(writer.bytes == request.serializedBytes(), "seed \(seed)")
        }
    }

    @Test("a full batch fits into the memory that a batch may take")
    func fullBatch() throws {
        var writer = UsageBatchWriter(parent: "p", sourceID: "s", requestID: "r")
        let long = String(repeating: "m", count: 63)
        for index in 0..<10_000 {
            writer.append(
                partyCode: "095741130001", metricID: long, intervalStart: .max, intervalEnd: .min,
                quantity: Int64(index))
        }
        let sum = try UsageBatch.withDecoded(writer.bytes) { batch in
            (0..<batch.count).reduce(into: Int64(0)) { $0 += batch[$1].quantity }
        }
        #expect(sum == 10_000 * 9_999 / 2)
    }

    @Test("every prefix of a message is read or refused as SwiftProtobuf does")
    func prefixes() throws {
        var generator = SplitMix64(seed: 7)
        let bytes: [UInt8] = try IngestUsageRequest.random(&generator, records: 3).serializedBytes()
        for count in 0...bytes.count {
            let prefix = Array(bytes[..<count])
            let expected = try? IngestUsageRequest(serializedBytes: prefix)
            let actual = try? IngestUsageRequest(decoding: prefix)
            #expect(actual == expected, "\(count) bytes")
        }
        #expect(throws: UsageWireError.malformed) { try IngestUsageRequest(decoding: [0x22, 0x05, 0x0A]) }
    }

    @Test("damaged messages are refused or read as SwiftProtobuf reads them")
    func damage() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix64(seed: seed)
        var compared = 0
        for round in 0..<5_000 {
            var bytes: [UInt8] = try IngestUsageRequest.random(&generator, records: 2).serializedBytes()
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                    in: .min ... .max, using: &generator)
            }
            guard let actual = try? IngestUsageRequest(decoding: bytes) else { continue }
            // protobuf-c is laxer with the numbers of unknown fields; what both accept they must see in the same way.
            guard var expected = try? IngestUsageRequest(serializedBytes: bytes) else { continue }
            compared += 1
            expected.dropUnknownFields()
            // Of a bool that damage made longer than its one byte, the libraries look at different bits.
            expected.supersede = actual.supersede
            #expect(actual == expected, "seed \(seed), round \(round)")
        }
        #expect(compared > 500, "most damage hits texts and numbers, which stay readable; seed \(seed)")
    }

    @Test("texts that are not UTF-8 or have a NUL inside are refused, a record's own by itself")
    func texts() throws {
        let cases: [(bytes: [UInt8], field: String)] = [
            ([0x0A, 0x01, 0xFF], "parent"),
            ([0x12, 0x03, 0x61, 0x00, 0x62], "source_id"),
            ([0x1A, 0x02, 0x00, 0x61], "request_id"),
            ([0x1A, 0x01, 0x00], "request_id"),
        ]
        for (bytes, field) in cases {
            #expect(throws: UsageWireError.invalidText(field: field)) { try IngestUsageRequest(decoding: bytes) }
        }
        try #expect(UsageBatch.withDecoded([0x22, 0x04, 0x0A, 0x02, 0x41, 0x00]) { $0[0].partyCode == nil })
        for wrong: [UInt8] in [[0xC3, 0x28], [0xED, 0xA0, 0x80], [0x00]] {
            let record = [0x12, UInt8(wrong.count)] + wrong
            let message = [0x22, 0x02, 0x12, 0x00, 0x22, UInt8(record.count)] + record
            try UsageBatch.withDecoded(message) { batch in
                #expect(batch[1].metricID == nil && batch[1].partyCode != nil && batch[0].metricID != nil)
            }
        }
        try #expect(IngestUsageRequest(decoding: [0x0A, 0x04] + Array("Größe".utf8.prefix(4))).parent == "Grö")
    }

    @Test("empty texts, whether sent or not, are empty")
    func emptyTexts() throws {
        for bytes: [UInt8] in [[], [0x0A, 0x00, 0x12, 0x00], [0x22, 0x00], [0x22, 0x02, 0x0A, 0x00]] {
            try #expect(IngestUsageRequest(decoding: bytes).parent.isEmpty)
        }
    }

    @Test("a small message that would unfold beyond its memory is refused, and the next one is read")
    func bomb() throws {
        var bytes: [UInt8] = [0x22, 0x00]
        while bytes.count < 2 << 20 { bytes += bytes }
        #expect(throws: UsageWireError.tooLarge) { try UsageBatch.withDecoded(bytes) { $0.count } }
        try #expect(UsageBatch.withDecoded([0x22, 0x00]) { $0.count } == 1)
    }

    @Test("a batch stays whole while another is read on the same thread")
    func nested() throws {
        var generator = SplitMix64(seed: 11)
        let (first, second) = (IngestUsageRequest.random(&generator), IngestUsageRequest.random(&generator))
        try UsageBatch.withDecoded(first.serializedBytes()) { batch in
            try #expect(IngestUsageRequest(decoding: second.serializedBytes()) == second)
            try #expect(IngestUsageRequest(batch) == first)
        }
    }
}

extension IngestUsageRequest {
    static func random(_ generator: inout SplitMix64, records: Int? = nil) -> IngestUsageRequest {
        let texts = ["", "a", "09473132", "Großheirath", "consortia/x/applications/meldewesen", "😀", "\u{7F}"]
        return .with {
            $0.parent = texts.randomElement(using: &generator)!
            $0.sourceID = texts.randomElement(using: &generator)!
            $0.requestID = texts.randomElement(using: &generator)!
            $0.supersede = Bool.random(using: &generator)
            $0.records = (0..<(records ?? Int.random(in: 0...40, using: &generator))).map { _ in
                .with {
                    $0.partyCode = texts.randomElement(using: &generator)!
                    $0.metricID = texts.randomElement(using: &generator)!
                    $0.intervalStart = number(&generator)
                    $0.intervalEnd = number(&generator)
                    $0.quantity = number(&generator)
                }
            }
        }
    }

    /// Numbers of every length on the wire.
    private static func number(_ generator: inout SplitMix64) -> Int64 {
        Int64(bitPattern: generator.next() >> UInt64.random(in: 0...64, using: &generator))
    }

    init(decoding bytes: [UInt8]) throws {
        self = try UsageBatch.withDecoded(bytes) { try IngestUsageRequest($0) }
    }

    init(_ batch: borrowing UsageBatch) throws {
        self.init()
        parent = batch.parent
        sourceID = batch.sourceID
        requestID = batch.requestID
        supersede = batch.supersedes
        for index in 0..<batch.count {
            let view = batch[index]
            var record = UsageRecord()
            guard let party = view.partyCode, let metric = view.metricID else {
                throw UsageWireError.invalidText(field: "records[\(index)]")
            }
            record.partyCode = String(decoding: party, as: UTF8.self)
            record.metricID = String(decoding: metric, as: UTF8.self)
            record.intervalStart = view.intervalStart
            record.intervalEnd = view.intervalEnd
            record.quantity = view.quantity
            records.append(record)
        }
    }

    func written() -> UsageBatchWriter {
        var writer = UsageBatchWriter(
            parent: parent, sourceID: sourceID, requestID: requestID, supersede: supersede)
        for record in records {
            writer.append(
                partyCode: record.partyCode, metricID: record.metricID, intervalStart: record.intervalStart,
                intervalEnd: record.intervalEnd, quantity: record.quantity)
        }
        return writer
    }

    mutating func dropUnknownFields() {
        unknownFields = .init()
        for index in records.indices { records[index].unknownFields = .init() }
    }
}
