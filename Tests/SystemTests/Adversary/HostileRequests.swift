import Foundation
import SwiftProtobuf
import TestSupport

/// Requests made up from the schema: mostly such as a caller would send, with here and there what nobody should.
///
/// The same seed gives the same requests, but for the identifiers of new requests.
struct HostileRequests {
    /// How many fields in a thousand get a value that no honest caller would send.
    private var malice = 0
    /// Fields that the request may still get: many repeated ones within each other would be without end.
    private var room = 0
    private var generator: SplitMix64
    private let schema: Schema
    /// What the call's fields must look like, as far as refusals have told; by the field's own name.
    private let forms: [String: String]

    init(seed: UInt64, schema: Schema, forms: [String: String]) {
        generator = SplitMix64(seed: seed)
        self.schema = schema
        self.forms = forms
    }

    /// A request of the message `type` on the wire.
    mutating func request(_ type: String) -> [UInt8] {
        malice = [0, 0, 30, 100, 400][below(5)]
        room = 3000
        var bytes = message(type)
        if chance(150) { mutilate(&bytes) }
        return bytes
    }

    // MARK: - Messages

    private mutating func message(_ type: String) -> [UInt8] {
        guard let message = schema.messages[type] else { return [] }
        if type == "google.protobuf.Timestamp" { return timestamp() }
        var bytes: [UInt8] = []
        var oneofs: [Int32: Int32] = [:]
        for field in message.field where field.hasOneofIndex {
            let siblings = message.field.filter { $0.hasOneofIndex && $0.oneofIndex == field.oneofIndex }
            if oneofs[field.oneofIndex] == nil { oneofs[field.oneofIndex] = siblings[below(siblings.count)].number }
        }
        for field in message.field {
            if field.hasOneofIndex, oneofs[field.oneofIndex] != field.number, !chance(malice / 4) { continue }
            if chance(field.type == .message ? 60 : 100) { continue }
            let count = field.label == .repeated ? repetitions() : 1
            for _ in 0..<count where room > 0 { append(field, to: &bytes) }
        }
        return bytes
    }

    private mutating func append(_ field: Google_Protobuf_FieldDescriptorProto, to bytes: inout [UInt8]) {
        let isMalicious = chance(malice)
        room -= 1
        switch field.type {
        case .message:
            let type = String(field.typeName.dropFirst())
            put(isMalicious ? [] : message(type), field.number, to: &bytes)
        case .string: put(isMalicious ? oddText(field.name) : text(field.name), field.number, to: &bytes)
        case .bytes: put(isMalicious ? oddBytes() : [UInt8](repeating: 7, count: 32), field.number, to: &bytes)
        case .enum:
            let values = schema.enums[String(field.typeName.dropFirst())]?.value.map(\.number) ?? [0]
            let odd: [Int32] = [0, -1, 99, .max, .min]
            let value = isMalicious ? odd[below(odd.count)] : values[below(values.count)]
            put(varint: UInt64(bitPattern: Int64(value)), field.number, to: &bytes)
        case .bool: put(varint: chance(150) ? 1 : 0, field.number, to: &bytes)
        default:
            put(varint: UInt64(bitPattern: isMalicious ? oddNumber() : number(field.name)), field.number, to: &bytes)
        }
    }

    private mutating func repetitions() -> Int {
        if chance(malice) { return [0, 60, 1500][below(3)] }
        return 1 + below(3)
    }

    private mutating func timestamp() -> [UInt8] {
        var bytes: [UInt8] = []
        let isMalicious = chance(max(malice, 350))
        let now = Int64(Date().timeIntervalSince1970)
        put(varint: UInt64(bitPattern: isMalicious ? oddNumber() : now + Int64(below(100)) - 50), 1, to: &bytes)
        if isMalicious { put(varint: UInt64(bitPattern: oddNumber()), 2, to: &bytes) }
        return bytes
    }

    // MARK: - Values

    /// What a caller might say in a field of this name.
    private mutating func text(_ field: String) -> [UInt8] {
        if let form = forms[field], !chance(50) { return Array(name(form).utf8) }
        let candidates: [String] =
            switch field {
            case "request_id": [.newRequest]
            case "currency": ["EUR"]
            case "page_token", "etag", "ags", "ars": [""]
            case "register": ["platform", Founding.consortium]
            case "source_id": ["rechenzentrum"]
            case "metric_id": ["cases", "neu-1"]
            case "party_code": Person.members.map(\.code)
            case "version": ["1.0.0", "1.0.\(below(1000))"]
            case "unit", "license", "legal_basis", "source", "note", "display_name": ["text \(below(1000))"]
            case "party", "holder", "parties": Person.allCases.map(\.party)
            case "consortium": [Founding.consortium]
            case "application": [Founding.application]
            case "metric": [Founding.metric]
            case "agreement": [Founding.agreement]
            case "name", "parent": Self.names
            default: field.hasSuffix("_id") ? ["neu-\(below(1_000_000))"] : Self.names + ["neu"]
            }
        return Array(candidates[below(candidates.count)].utf8)
    }

    /// A name of a form such as consortia/{id}/decisions/{id}: mostly of what is there.
    private mutating func name(_ form: String) -> String {
        var parts: [String] = []
        for collection in form.split(separator: "/").enumerated().filter({ $0.offset.isMultiple(of: 2) }).map(\.element)
        {
            let ids: [String] =
                switch collection {
                case "consortia": ["itzgrund"]
                case "applications": ["bauantrag"]
                case "metrics": ["cases"]
                case "agreements": ["umlage"]
                case "revisions": ["1"]
                case "decisions": ["founding", "owners", "umlage"]
                case "parties": Person.members.map(\.code)
                case "credentials": Self.digests
                case "remarks", "entries": ["1"]
                default: ["neu-\(below(3))"]
                }
            parts += [String(collection), ids[below(ids.count)]]
        }
        return parts.joined(separator: "/")
    }

    /// Certificates that are not registered: who revokes one of the callers' ends the hunt.
    private static let digests = ["ab", "cd", "ef"].map { String(repeating: $0, count: 32) }

    /// Names of what is there, of what belongs to others, and of what may come to be.
    private static let names: [String] = {
        let inside = [
            "", "/applications/bauantrag", "/applications/bauantrag/metrics/cases", "/agreements/umlage",
            "/agreements/umlage/revisions/1", "/decisions/founding", "/decisions/umlage", "/settlements/y2012",
            "/periods/y2012", "/remarks/1", "/documents/2012-1", "/applications/bauantrag/releases/1.0.0",
        ]
        return inside.map { Founding.consortium + $0 } + [Founding.foreignConsortium, Founding.foreignApplication]
            + Person.allCases.map(\.party) + digests.map { "credentials/" + $0 }
    }()

    private mutating func number(_ field: String) -> Int64 {
        switch field {
        case "year": 2012
        case "month", "day": 1
        case "page_size", "scale", "offset": Int64(below(9))
        case "size", "new_size", "register_size": [0, 0, 1, 3, 9][below(5)]
        case "denominator": 1 + Int64(below(4))
        case "interval_start": IngestUsageNumbers.newYear + Int64(below(8000)) * 3600
        case "interval_end": IngestUsageNumbers.newYear + 8000 * 3600
        default: Int64(1 + below(12))
        }
    }

    private enum IngestUsageNumbers {
        /// 1 January 2012, 00:00 UTC.
        static let newYear: Int64 = 1_325_376_000
    }

    private mutating func oddNumber() -> Int64 {
        let numbers: [Int64] = [
            0, -1, 1, 13, 99, 10_000, 9_999_999, .max, .min, .max - 1, .min + 1, Int64(Int32.max), Int64(Int32.min),
            Int64(Int32.max) + 1, Int64(Int32.min) - 1, 1 << 32, 1 << 53, -62_135_596_801, 253_402_300_800,
            9_223_372_036_854, 9_223_372_036_855, -9_223_372_036_854, -9_223_372_036_855, 4_000_000_000_000_000_000,
        ]
        return chance(100) ? Int64(bitPattern: generator.next()) : numbers[below(numbers.count)]
    }

    private mutating func oddText(_ field: String) -> [UInt8] {
        if chance(500) {
            // Nearly right is read further than nonsense.
            var text = text(field)
            let odd = [[0], Array("/x".utf8), Array(" ".utf8), [0xFF], Array("\u{301}".utf8)][below(5)]
            text.insert(contentsOf: odd, at: chance(700) ? text.count : below(text.count + 1))
            return text
        }
        let texts: [[UInt8]] = [
            [], [0], Array("a\0b".utf8), Array("consortia/itzgrund\0".utf8), Array("consortia//applications/x".utf8),
            Array("consortia/itzgrund/applications/a\0b".utf8), Array("parties/\0".utf8), Array("parties/a\0".utf8),
            Array("/".utf8), Array("consortia/".utf8), Array("consortia/itzgrund/".utf8), [0xFF, 0xFE], [0xC0, 0x80],
            Array("consortia/itzgrund/agreements/umlage/revisions/99999999999999999999".utf8),
            Array("consortia/itzgrund/agreements/umlage/revisions/-1".utf8),
            Array("consortia/itzgrund/agreements/umlage/revisions/2147483647".utf8),
            Array("consortia/itzgrund/remarks/9223372036854775807".utf8), Array("9223372036854775807".utf8),
            Array("-9223372036854775808".utf8), Array("'; DROP TABLE party; --".utf8), Array("%00%n%s".utf8),
            Array("e\u{301}\u{202E}\u{1F3DB}\u{FE0F}".utf8), Array("\u{1F468}\u{200D}\u{1F469}".utf8),
            [UInt8](repeating: UInt8(ascii: "a"), count: 63), [UInt8](repeating: UInt8(ascii: "a"), count: 64),
            [UInt8](repeating: UInt8(ascii: "x"), count: 70_000), Array("00000000-0000-0000-0000-000000000000".utf8),
            Array("origin\n1\nAAAA\n\n\u{2014} a b\n".utf8),
            Array("allmende/consortia/itzgrund\n9223372036854775807\n".utf8)
                + Array("\(Data(count: 32).base64EncodedString())\n\n\u{2014} x AAAAAAA=\n".utf8),
        ]
        return texts[below(texts.count)]
    }

    private mutating func oddBytes() -> [UInt8] {
        [UInt8](repeating: UInt8(below(256)), count: [0, 1, 31, 33, 64, 70_000][below(6)])
    }

    // MARK: - The wire

    /// Flips a bit, cuts the end off, or adds what does not belong there.
    private mutating func mutilate(_ bytes: inout [UInt8]) {
        switch below(5) {
        case 0 where !bytes.isEmpty: bytes[below(bytes.count)] ^= 1 << UInt8(below(8))
        case 1 where !bytes.isEmpty: bytes.removeLast(1 + below(bytes.count))
        case 2: bytes += bytes
        // Groups within groups, each of which a careless reader would recurse into.
        case 3: for _ in 0..<60_000 { bytes += Wire.tag(15, .groupStart) }
        // A length far beyond the end.
        default: bytes += [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]
        }
    }

    private func put(_ value: [UInt8], _ field: Int32, to bytes: inout [UInt8]) {
        bytes += Wire.bytes(value, Int(field))
    }

    private func put(varint value: UInt64, _ field: Int32, to bytes: inout [UInt8]) {
        bytes += Wire.number(value, Int(field))
    }

    // MARK: - Chance

    private mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(max(1, bound))) }

    private mutating func chance(_ perMille: Int) -> Bool { below(1000) < perMille }
}
