import Postgres
import TestSupport
import Testing

/// Damaged and random bytes through every decoder: each throws or returns a value, none traps or reads past the end.
@Suite(.timeLimit(.minutes(5)))
struct DecoderFuzzTests {
    private struct Subject {
        let name: String
        let type: SQLType
        let whole: [[UInt8]]
        let decode: (SQLCell) throws -> String
    }

    /// A decoder and what it reads; what it accepts is encoded, described and decoded once more.
    private static func subject<Value: SQLEncodable & SQLDecodable>(_ values: Value...) -> Subject {
        let whole = values.map { value in
            var encoder = SQLEncoder()
            value.encode(into: &encoder)
            return encoder.bytes
        }
        // A result names the number of an enumerated type; a parameter does not.
        let type = Value.sqlType == .inferred ? SQLType(rawValue: 20_000) : Value.sqlType
        return Subject(name: "\(Value.self)", type: type, whole: whole) { cell in
            let value = try Value.decode(cell)
            var encoder = SQLEncoder()
            value.encode(into: &encoder)
            let again = try encoder.bytes.withUnsafeBytes {
                try Value.decode(SQLCell(type: cell.type, bytes: UnsafeRawBufferPointer($0)))
            }
            return "\(value) \(again)"
        }
    }

    private static func subjects() -> [Subject] {
        let numeric = SQLNumeric("-1234567.890100") ?? .notANumber
        let range = SQLRange<Int64>(-5, 5) ?? .empty
        let days = SQLRange<SQLDate>(nil, SQLDate(days: 7)) ?? .empty
        let (interval, uuid) = (SQLInterval(months: 1, days: 2, microseconds: 3), SQLUUID(high: 1, low: 2))
        return [
            subject(true), subject(Int16(5)), subject(Int32(5)), subject(Int64(5)), subject(5), subject(1.5),
            subject("Größe", ""), subject([1, 2, 3] as [UInt8]), subject(uuid), subject(SQLDate(days: 9)),
            subject(SQLTimestamp(microseconds: 9)), subject(numeric, .infinity), subject(interval),
            subject(range, .empty), subject(days), subject(SQLJSON(text: "{}")), subject(Mood.cross),
            subject([true, false]), subject([Int16(5)]), subject([Int32(5), 6]), subject([Int64(5)], []),
            subject([1.5]), subject(["a", "bc", ""]), subject([[1], [], [2, 3]] as [[UInt8]]), subject([uuid]),
            subject([SQLDate(days: 9)]), subject([SQLTimestamp(microseconds: 9)]), subject([numeric, .notANumber]),
            subject([interval]), subject([range, .empty]), subject([days]), subject([SQLJSON(text: "[1]")]),
            subject([Int64(5), nil, 7]), subject([nil, "a"]),
        ]
    }

    private func damaged(_ whole: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
        var bytes = whole
        for _ in 0...Int.random(in: 0...2, using: &generator) {
            let position = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(position...)
            case 1:
                bytes.insert(
                    contentsOf: generator.list(upTo: 8) { UInt8.random(in: 0...255, using: &$0) }, at: position)
            case 2 where position < bytes.count:
                bytes[position] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
            case 3 where position < bytes.count: bytes[position] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            default: bytes = generator.list(upTo: 40) { UInt8.random(in: 0...255, using: &$0) }
            }
        }
        return bytes
    }

    @Test func damagedValuesNeverTrap() {
        let seed: UInt64 = 4_711
        var generator = SplitMix64(seed: seed)
        for subject in Self.subjects() {
            for whole in subject.whole { #expect(throws: Never.self) { _ = try decode(whole, subject, subject.type) } }
            var refused = 0
            for _ in 0..<3_000 {
                let bytes = damaged(subject.whole.randomElement(using: &generator) ?? [], &generator)
                let type = Bool.random(using: &generator) ? subject.type : nil
                do { _ = try decode(bytes, subject, type) } catch {
                    refused += 1
                    #expect((error as? DatabaseError)?.kind == .malformed, "\(subject.name), seed \(seed): \(bytes)")
                }
            }
            #expect(refused > 0 || subject.name == "Array<UInt8>", "\(subject.name), seed \(seed)")
            #expect(throws: DatabaseError.self) { _ = try subject.decode(SQLCell(type: subject.type, bytes: nil)) }
        }
    }

    /// The bytes end where the memory ends, so that a read past them is found by the sanitizers.
    private func decode(_ bytes: [UInt8], _ subject: Subject, _ type: SQLType?) throws -> String {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        return try subject.decode(SQLCell(type: type, bytes: UnsafeRawBufferPointer(memory)))
    }

    @Test func damagedCopyRowsNeverTrap() {
        let seed: UInt64 = 815
        var generator = SplitMix64(seed: seed)
        var rows = CopyRows()
        rows.beginRow(columns: 3)
        rows.append(Int64(7))
        rows.append("text")
        rows.append(nil as Int32?)
        let whole = Array(rows.bytes.dropFirst(CopyRows.header.count))
        var refused = 0
        for _ in 0..<10_000 {
            damaged(whole, &generator).withUnsafeBytes {
                do {
                    var row = try CopyRow($0)
                    _ = (try row.next(Int64.self), try row.next(String.self), try row.next(Int32?.self))
                } catch { refused += 1 }
            }
        }
        #expect(refused > 1_000, "seed \(seed)")
    }
}
