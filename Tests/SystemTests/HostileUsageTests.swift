import API
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// What somebody might send instead of a batch, by mistake or on purpose: a clear error of the call or of the record,
/// neighbours kept, memory bounded.
@Suite(.timeLimit(.minutes(5)))
struct HostileUsageTests {
    private struct Message: Sendable {
        let name: String
        let bytes: [UInt8]
        let reason: String
    }

    private static let methods = [UsageServiceMethods.reportUsage, UsageServiceMethods.ingestUsage]
    /// Fields of a batch, of a record, and such as neither has.
    private enum Field {
        static let (sourceID, requestID, records) = (2, 3, 4)
        static let (partyCode, quantity) = (1, 5)
        static let unknown = 15
        static let last = 536_870_911
    }
    private static let endless: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
    private static let notUTF8: [UInt8] = [0xC3, 0x28]

    /// A batch in order.
    private static func good() throws -> [UInt8] {
        try IngestUsageRequest.batch(.itzgrund, quantities: [1]).serializedBytes()
    }

    /// As much of `piece` as the longest message takes, with room for a tag and a length around it.
    private static func flood(_ piece: [UInt8]) throws -> [UInt8] {
        let room = try ServerLimits().maximumRequestBytes - good().count - 8
        return [[UInt8]](repeating: piece, count: room / piece.count).flatMap(\.self)
    }

    /// Each behind a batch that is in order.
    private static func malformed() throws -> [Message] {
        func groups(_ depth: Int, _ field: Int) -> [UInt8] {
            [[UInt8]](repeating: Wire.tag(field, .groupStart), count: depth).flatMap(\.self)
                + [[UInt8]](repeating: Wire.tag(field, .groupEnd), count: depth).flatMap(\.self)
        }
        let notANumber = Wire.tag(Field.quantity, .fixed64) + [0, 0, 0, 0, 0, 0, 0xF8, 0x7F]
        let tails: [(String, [UInt8])] = [
            ("a length of 4 GiB", Wire.tag(Field.records, .lengthPrefixed) + endless + [0x0A]),
            ("a length of 4 GiB of an unknown field", Wire.tag(Field.unknown, .lengthPrefixed) + endless + [0x0A]),
            (
                "a length of 4 GiB in a record",
                Wire.bytes(Wire.tag(Field.partyCode, .lengthPrefixed) + endless + [0x0A], Field.records)
            ),
            ("a length of 2^63", Wire.tag(Field.records, .lengthPrefixed) + Wire.varint(1 << 63)),
            ("a group", groups(1, Field.unknown)),
            ("groups in each other", groups(10_000, Field.unknown)),
            ("groups in each other in a record", Wire.bytes(groups(10_000, Field.unknown), Field.records)),
            ("groups without an end", [UInt8](repeating: Wire.tag(Field.unknown, .groupStart)[0], count: 1 << 20)),
            ("the end of a group", Wire.tag(Field.unknown, .groupEnd)),
            ("type 6 on the wire", Wire.tag(Field.unknown, .undefined6) + [0]),
            ("type 7 on the wire", Wire.tag(Field.unknown, .undefined7) + [0]),
            ("a number of eleven bytes", Wire.tag(Field.unknown, .varint) + [UInt8](repeating: 0x80, count: 10) + [1]),
            ("the number of a field in six bytes", [UInt8](repeating: 0xF8, count: 5) + [1, 0]),
            ("a number for a text", Wire.number(1, Field.sourceID)),
            ("a double for a quantity", Wire.bytes(notANumber, Field.records)),
            ("half a number", Wire.tag(Field.last, .fixed32) + [1, 2]),
        ]
        let whole = try good()
        return tails.map { Message(name: $0.0, bytes: whole + $0.1, reason: "MALFORMED_MESSAGE") }
            + [Message(name: "half a message", bytes: Array(whole.dropLast(3)), reason: "MALFORMED_MESSAGE")]
    }

    /// Messages of the greatest length that unfold into much more.
    private static func unfolding() throws -> [Message] {
        let pieces: [(String, [UInt8])] = [
            ("empty records", try flood(Wire.bytes([], Field.records))),
            ("systems", try flood(Wire.bytes([0x61], Field.sourceID))),
            ("unknown fields", try flood(Wire.number(0, Field.unknown))),
            ("quantities in a record", Wire.bytes(try flood(Wire.number(1, Field.quantity)), Field.records)),
            ("unknown fields in a record", Wire.bytes(try flood(Wire.number(0, Field.unknown)), Field.records)),
        ]
        let whole = try good()
        return pieces.map { Message(name: "a million \($0.0)", bytes: whole + $0.1, reason: "BATCH_TOO_LARGE") }
    }

    private func expectRefused(_ message: Message, _ method: MethodDescriptor, _ house: House) async {
        let refused = await refusal {
            try await house.client(.itzgrund).send(message.bytes, to: method, patience: .seconds(60))
        }
        #expect(refused?.code == .invalidArgument, "\(message.name): \(String(describing: refused))")
        #expect(refused?.reason == message.reason, "\(message.name)")
    }

    @Test func whatIsNoBatchIsRefusedByTheCall() async throws {
        try await House.with(.founded) { house in
            let good = try Self.good()
            let messages =
                try Self.malformed() + [
                    Message(
                        name: "a name that is not UTF-8", bytes: good + Wire.bytes(Self.notUTF8, Field.sourceID),
                        reason: "INVALID_FIELD"),
                    Message(
                        name: "a name with a NUL", bytes: good + Wire.bytes([0x61, 0, 0x62], Field.sourceID),
                        reason: "INVALID_FIELD"),
                    Message(name: "nothing", bytes: [], reason: "MISSING_FIELD"),
                ]
            for method in Self.methods {
                for message in messages { await expectRefused(message, method, house) }
            }
            #expect(try house.database.number("SELECT count(*) FROM usage_record") == 0)
        }
    }

    /// Repeats of what must be there once, and of what nobody knows: none takes more than a batch may, nor longer.
    @Test func whatUnfoldsIsRefusedAndMemoryStaysFlat() async throws {
        try await House.with(.founded) { house in
            let messages = try Self.unfolding()
            let virtual = try house.server.memory("VmPeak")
            var settled: Int?
            for round in 0..<4 {
                for method in Self.methods {
                    for message in messages { await expectRefused(message, method, house) }
                }
                let peak = try house.server.memory("VmHWM")
                #expect(peak - (settled ?? peak) < 64 << 20, "round \(round)")
                settled = settled ?? peak
            }
            for message in try Self.malformed() { await expectRefused(message, Self.methods[0], house) }
            // Nothing was set aside for what was only announced.
            #expect(try house.server.memory("VmPeak") - virtual < 2 << 30)
        }
    }

    /// Fields of a later version, of every type on the wire, and ones that come more than once, of which the last
    /// counts; between them records that are none.
    @Test func unknownFieldsArePassedOverAndNeighboursKept() async throws {
        let unknown =
            Wire.number(.max, Field.unknown) + Wire.tag(16, .fixed64) + [UInt8](repeating: 0xFF, count: 8)
            + Wire.bytes(Wire.nested(3000, Field.records), 2047) + Wire.bytes(Self.notUTF8, 2048)
            + Wire.tag(Field.last, .fixed32) + [1, 2, 3, 4]
        try await House.with(.founded) { house in
            for (number, method) in Self.methods.enumerated() {
                var batch = IngestUsageRequest.batch(.itzgrund, first: Int64(10 * number), quantities: [5, 6, 1])
                let records: [[UInt8]] = try batch.records.map { try $0.serializedBytes() }
                batch.records = []
                let repeated = (0..<10_000).flatMap { Wire.number(UInt64($0 % 8), Field.quantity) }
                let parts = [
                    unknown + records[0] + unknown, Wire.bytes(Self.notUTF8, Field.partyCode), records[1] + unknown,
                    unknown, records[2] + repeated,
                ]
                let head: [UInt8] = try batch.serializedBytes()
                let message =
                    Wire.bytes(Self.notUTF8, Field.sourceID) + unknown + head
                    + parts.flatMap { Wire.bytes($0, Field.records) + unknown }
                let call = try await house.client(.itzgrund).open(method)
                try await call.send(message)
                try await call.finish()
                let receipt = try IngestUsageResponse(serializedBytes: try #require(try await call.receive()))
                #expect(receipt.recordCount == 3, "\(receipt)")
                #expect(receipt.rejections.map(\.indexes) == [[1], [3]])
                #expect(receipt.rejections.map(\.field) == ["party_code", "party_code"])
                #expect(receipt.rejections.map(\.reason) == ["INVALID_FIELD", "PERMISSION_DENIED"])
            }
            #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [2 * (5 + 6 + 7)])
        }
    }

    /// What came before it on the stream is stored and acknowledged, what comes behind it is not, and the connection
    /// goes on.
    @Test func aStreamKeepsWhatCameBefore() async throws {
        try await House.with(.founded) { house in
            for (number, hostile) in try (Self.malformed() + Self.unfolding()).enumerated() {
                let call = try await house.client(.itzgrund).open(UsageServiceMethods.ingestUsage)
                let batches = (0..<2).map { part in
                    IngestUsageRequest.batch(.itzgrund, first: Int64(2 * number + part), quantities: [1])
                }
                try await call.send(batches[0].serializedBytes())
                try await call.send(hostile.bytes)
                // The server may have ended the call already.
                try? await call.send(batches[1].serializedBytes())
                let first = try IngestUsageResponse(serializedBytes: try #require(try await call.receive()))
                #expect(first.requestID == batches[0].requestID && first.recordCount == 1, "\(hostile.name)")
                let refused = await refusal { _ = try await call.receive() }
                #expect(refused?.reason == hostile.reason, "\(hostile.name): \(String(describing: refused))")
                #expect(try await usage(of: .itzgrund, in: house).map(\.recordCount) == [Int64(number + 1)])
            }
        }
    }
}
