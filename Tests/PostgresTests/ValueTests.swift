import Postgres
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ValueTests {
    /// Sends a value to the server and reads it back.
    private func roundTrip<Value: SQLEncodable & SQLDecodable & Equatable>(
        _ values: [Value], in database: Database
    ) async throws {
        for value in values {
            let rows = try await database.query("SELECT \(value)")
            #expect(try rows.decode(Value.self, row: 0, column: 0) == value)
        }
    }

    @Test func everyTypeComesBackAsItWent() async throws {
        try await withDatabase { database, _ in
            try await roundTrip([true, false], in: database)
            try await roundTrip([Int16.min, -1, 0, .max], in: database)
            try await roundTrip([Int32.min, -1, 0, .max], in: database)
            try await roundTrip([Int64.min, -1, 0, .max], in: database)
            try await roundTrip([Int.min, -1, 0, .max], in: database)
            try await roundTrip(["", "a", "Größe 🏛️", String(repeating: "x", count: 100_000)], in: database)
            try await roundTrip([[], [0], Array(0...255)] as [[UInt8]], in: database)
            try await roundTrip([SQLUUID(high: 0, low: .max), .random()], in: database)
            try await roundTrip([SQLDate(days: 0), SQLDate(days: -730_119), .infinity], in: database)
            try await roundTrip([SQLTimestamp(microseconds: 1), .infinity, .minusInfinity], in: database)
            try await roundTrip([nil, 5] as [Int32?], in: database)
            try await roundTrip([nil, ""] as [String?], in: database)
        }
    }

    @Test func arraysComeBackAsTheyWent() async throws {
        try await withDatabase { database, _ in
            try await roundTrip([[], [1], [.min, .max]] as [[Int32]], in: database)
            try await roundTrip([[], [1], [.min, .max]] as [[Int64]], in: database)
            try await roundTrip([[], [""], ["a", "ä,\"{}"]], in: database)
            try await roundTrip([[], [[]], [[1, 2], [], [0]]] as [[[UInt8]]], in: database)
            try await roundTrip([[SQLUUID(high: 1, low: 2)]], in: database)
            try await roundTrip([[SQLDate(days: 1)]], in: database)
            try await roundTrip([nil, [1]] as [[Int64]?], in: database)
        }
    }

    @Test func narrowIntegersWiden() async throws {
        try await withDatabase { database, _ in
            var row = try await database.query("SELECT 1::int2, 2::int4, 3::int2")[0]
            #expect(try row.next(Int32.self) == 1)
            #expect(try row.next(Int64.self) == 2)
            #expect(try row.next(Int.self) == 3)
        }
    }

    @Test func whatDoesNotFitIsAnError() async throws {
        try await withDatabase { database, _ in
            let rows = try await database.query("SELECT 1::int8, NULL::int4, ARRAY[1, NULL], '{{1},{2}}'::int4[]")
            func isRefused<Value: SQLDecodable>(_ type: Value.Type, _ row: Int, _ column: Int) -> Bool {
                do {
                    _ = try rows.decode(type, row: row, column: column)
                    return false
                } catch {
                    return error.kind == .malformed
                }
            }
            #expect(isRefused(Int32.self, 0, 0))
            #expect(isRefused(String.self, 0, 0))
            #expect(isRefused(Int32.self, 0, 1))
            #expect(isRefused([Int32].self, 0, 2))
            #expect(isRefused([Int32].self, 0, 3))
            #expect(isRefused(Int64.self, 0, 4))
            #expect(isRefused(Int64.self, 1, 0))
            #expect(isRefused(Int64.self, -1, -1))
            #expect(!isRefused(Int64.self, 0, 0))
        }
    }

    /// Every prefix of an array, and every change of one byte, decodes or throws; it never traps.
    @Test func damagedArraysNeverTrap() {
        var encoder = SQLEncoder()
        ["a", "bc", ""].encode(into: &encoder)
        let whole = encoder.bytes
        var damaged = (0...whole.count).map { Array(whole[..<$0]) }
        for index in whole.indices {
            for bit in 0..<8 {
                var copy = whole
                copy[index] ^= 1 << bit
                damaged.append(copy)
            }
        }
        var accepted = 0
        for bytes in damaged {
            bytes.withUnsafeBytes {
                let cell = SQLCell(type: .textArray, bytes: $0)
                if (try? [String].decode(cell)) == ["a", "bc", ""] { accepted += 1 }
                _ = try? [Int64].decode(cell)
                _ = try? [[UInt8]].decode(cell)
            }
        }
        #expect(accepted >= 1 && accepted < damaged.count)
    }

    @Test func datesAndInstantsAreWrittenAsTheServerWritesThem() async throws {
        try await withDatabase { database, _ in
            for days in [Int32(0), -1, 59, 60, 365, 8_888, -730_119, -730_120, -1_000_000, 2_000_000] {
                let text = try await database.query("SELECT \(SQLDate(days: days))::text")
                #expect(try text.decode(String.self, row: 0, column: 0) == SQLDate(days: days).description)
            }
            for microseconds in [Int64(0), -1, 1, 123_456_789_012_345, -63_113_904_000_000_001] {
                let instant = SQLTimestamp(microseconds: microseconds)
                let same = try await database.query("SELECT \(instant.description)::timestamptz = \(instant)")
                #expect(try same.decode(Bool.self, row: 0, column: 0), "\(instant)")
            }
        }
    }

    @Test func identifiersAreReadAndWritten() {
        let text = "0123abcd-4567-89ab-cdef-0123456789ab"
        #expect(SQLUUID(text)?.description == text)
        #expect(SQLUUID(text.uppercased())?.description == text)
        #expect(SQLUUID("0123abcd456789abcdef0123456789ab") == nil)
        #expect(SQLUUID("+123abcd-4567-89ab-cdef-0123456789ab") == nil)
        #expect(SQLUUID.random().description.dropFirst(14).first == "4")
    }

    @Test func unixTimeIsConverted() {
        #expect(SQLTimestamp(unixSeconds: 946_684_800)?.microseconds == 0)
        let instant = SQLTimestamp(unixSeconds: -1, nanoseconds: 999_999_999)
        #expect(instant?.unix.seconds == -1)
        #expect(instant?.unix.nanoseconds == 999_999_000)
        #expect(SQLTimestamp(unixSeconds: .max) == nil)
    }
}
