import Foundation
import TestSupport
import Testing

@testable import UsageWire

/// What clients might send by mistake or on purpose: what the fuzzer has found worth keeping, and mutations of it.
/// Whatever it is, it is read or refused, in the memory that a batch may take.
@Suite(.timeLimit(.minutes(5)))
struct FuzzTests {
    /// One input a line, in hexadecimal digits; deploy/dev/fuzz adds to it.
    private static let corpusFile = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Corpus/batches.hex")

    private static func corpus() throws -> [[UInt8]] {
        try String(contentsOf: corpusFile, encoding: .utf8).split(separator: "\n").map { line in
            stride(from: 0, to: line.utf8.count, by: 2).map { offset in
                let start = line.index(line.startIndex, offsetBy: offset)
                return UInt8(line[start..<line.index(start, offsetBy: 2)], radix: 16) ?? 0
            }
        }
    }

    /// Reads an input as a batch and as a receipt; what is read once is read the same when it is written again.
    private func exercise(_ input: [UInt8]) throws {
        let count = try? UsageBatch.withDecoded(input) { batch in
            (0..<batch.count).reduce(into: 0) {
                $0 += (batch[$1].partyCode?.count ?? 0) + (batch[$1].metricID?.count ?? 0)
            }
        }
        #expect((count ?? 0) <= input.count)
        if let receipt = try? UsageReceipt(serialized: input) {
            #expect(try UsageReceipt(serialized: receipt.serialized()) == receipt)
        }
    }

    @Test func theCorpusIsReadOrRefused() throws {
        let corpus = try Self.corpus()
        #expect(corpus.count >= 20)
        for input in corpus { try exercise(input) }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func mutationsAreReadOrRefused(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let corpus = try Self.corpus()
        for _ in 0..<5000 {
            var input = corpus.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                Self.mutate(&input, with: corpus.randomElement(using: &generator) ?? [], using: &generator)
            }
            try exercise(input)
        }
    }

    private static func mutate(_ input: inout [UInt8], with other: [UInt8], using generator: inout SplitMix64) {
        let position = Int.random(in: 0...input.count, using: &generator)
        let length = min(Int.random(in: 1...20, using: &generator), input.count - position)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0 where position < input.count: input[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1 where position < input.count: input[position] = UInt8.random(in: 0...255, using: &generator)
        case 2: input.insert(contentsOf: input[position..<position + length], at: position)
        case 3: input.removeSubrange(position..<position + length)
        case 4: input.insert(UInt8.random(in: 0...255, using: &generator), at: position)
        default: input = Array(input[..<position]) + other.dropFirst(Int.random(in: 0...other.count, using: &generator))
        }
    }

    // MARK: - By name

    /// Lengths from beyond the message up to 2^64 - 1, for a text, a record, a text in a record, an unknown field.
    @Test func lengthsBeyondTheMessageAreRefusedAndNothingIsSetAsideForThem() {
        let lengths: [[UInt8]] = [
            [0x06], [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x80, 0x80, 0x80, 0x80, 0x10],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        ]
        for length in lengths {
            for tag: [UInt8] in [[0x0A], [0x22], [0x7A], [0x2A]] {
                let message = tag + length + [0x61, 0x62, 0x63]
                #expect(throws: UsageWireError.self, "\(message)") { try UsageBatch.withDecoded(message) { $0.count } }
                let inner = [0x22, UInt8(message.count)] + message
                #expect(throws: UsageWireError.self, "\(inner)") { try UsageBatch.withDecoded(inner) { $0.count } }
            }
        }
    }

    /// Unknown fields are passed over, however deep what is in them: nobody looks into it.
    @Test func unknownAndNestedFieldsArePassedOver() throws {
        let unknown = Wire.bytes(Wire.nested(10_000, 4), 15)
        let record: [UInt8] = [0x22, 0x05, 0x0A, 0x01, 0x61, 0x28, 0x07]
        try UsageBatch.withDecoded(unknown + record + unknown + [0x98, 0x06, 0x01]) { batch in
            #expect(batch.count == 1 && batch[0].quantity == 7 && batch[0].partyCode?.count == 1)
        }
    }

    /// Groups, which proto3 does not have, and types of the wire that nobody has defined.
    @Test func groupsAndOtherWireTypesAreRefused() {
        for message: [UInt8] in [[0x7B], [0x7B, 0x7C], [0x7E, 0x00], [0x0F], [0x22, 0x02, 0x7B, 0x7C]] {
            #expect(throws: UsageWireError.malformed, "\(message)") { try UsageBatch.withDecoded(message) { $0.count } }
        }
    }

    /// A field of another type on the wire than it has: a number for a text, a text for a number.
    @Test func wrongTypesAreRefused() {
        let messages: [[UInt8]] = [
            [0x08, 0x01], [0x20, 0x01], [0x22, 0x02, 0x08, 0x01], [0x22, 0x03, 0x2A, 0x01, 0x37],
            [0x22, 0x05, 0x4E, 0x61, 0x4E, 0x2E, 0x30], [0x22, 0x09, 0x29, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F],
        ]
        for message in messages {
            #expect(throws: UsageWireError.malformed, "\(message)") { try UsageBatch.withDecoded(message) { $0.count } }
        }
    }

    /// A message of the largest size that unfolds into unknown fields, records or numbers takes no more than its share.
    @Test func whatUnfoldsIsRefusedAtItsShareOfMemory() {
        for piece: [UInt8] in [[0x78, 0x00], [0x22, 0x00], [0x22, 0x02, 0x78, 0x00]] {
            var message = piece
            while message.count < 4 << 20 { message += message }
            #expect(throws: UsageWireError.tooLarge, "\(piece)") { try UsageBatch.withDecoded(message) { $0.count } }
        }
    }
}
