import Postgres
import TestSupport
import Testing

enum Mood: String, SQLEnum, CaseIterable { case calm, cross, größer }

/// Every type against the server itself: what is sent comes back equal, and means there what it means here.
@Suite(.timeLimit(.minutes(5)))
struct RoundTripTests {
    private static let seed: UInt64 = 20_260_701

    /// Sends random values, alone and as arrays, and reads them back; the server's text must agree with `text`.
    private func check<Value: SQLEncodable & SQLDecodable & SQLArrayElement & Equatable>(
        _ count: Int = 60, in database: Database, text: ((Value) -> String)? = nil,
        _ make: (inout SplitMix64) -> Value
    ) async throws {
        var generator = SplitMix64(seed: Self.seed)
        for round in 0..<count {
            let value = make(&generator)
            let many = generator.list(upTo: 5) { Bool.random(using: &$0) ? make(&$0) : nil }
            let all = [value] + many.compactMap { $0 }
            let row = try await database.query("SELECT \(value), \(all), \(many), \(value)::text")[0]
            let context: Comment = "seed \(Self.seed), round \(round) of \(Value.self)"
            #expect(try row.decode(Value.self, column: 0) == value, context)
            #expect(try row.decode([Value].self, column: 1) == all, context)
            #expect(try row.decode([Value?].self, column: 2) == many, context)
            if let text { #expect(try row.decode(String.self, column: 3) == text(value), context) }
        }
    }

    @Test func numbers() async throws {
        try await withDatabase { database, _ in
            try await check(in: database, text: { $0 ? "true" : "false" }) { Bool.random(using: &$0) }
            try await check(in: database, text: { "\($0)" }) { $0.number(Int16.self) }
            try await check(in: database, text: { "\($0)" }) { $0.number(Int32.self) }
            try await check(in: database, text: { "\($0)" }) { $0.number(Int64.self) }
            try await check(in: database, text: { "\($0)" }) { $0.number(Int.self) }
            try await check(in: database) { generator in
                let value = Double(bitPattern: generator.next())
                return value.isNaN ? -0.0 : value
            }
            let strange = try await database.query("SELECT \(Double.nan), \(Double.infinity), \(-0.0)::text")
            #expect(try strange.decode(Double.self, row: 0, column: 0).isNaN)
            #expect(try strange.decode(Double.self, row: 0, column: 1) == .infinity)
            #expect(try strange.decode(String.self, row: 0, column: 2) == "-0")
        }
    }

    @Test func decimals() async throws {
        try await withDatabase { database, _ in
            try await check(in: database, text: { $0.description }) { $0.numeric() }
            try await check(in: database, text: { $0.description }) { generator in
                SQLNumeric(units: generator.number(), scale: Int.random(in: 0...25, using: &generator)) ?? .notANumber
            }
            // Written by the server, read here.
            for text in ["0", "0.00", "-0.0001", "10000", "99999999.99990000", "1e-20", "-1e30", "12340000.5"] {
                let row = try await database.query("SELECT \(text)::numeric, (\(text)::numeric)::text")[0]
                let value = try row.decode(SQLNumeric.self, column: 0)
                #expect(try row.decode(String.self, column: 1) == value.description)
                #expect(SQLNumeric(value.description) == value)
            }
        }
    }

    @Test func textAndBytes() async throws {
        try await withDatabase { database, _ in
            try await check(in: database, text: { $0 }) { $0.text() }
            try await check(in: database) { $0.list(upTo: 40) { UInt8.random(in: 0...255, using: &$0) } }
            try await check(in: database, text: { $0.description }) { SQLUUID(high: $0.next(), low: $0.next()) }
            try await check(in: database, text: { $0.text }) { $0.json() }
        }
    }

    @Test func times() async throws {
        try await withDatabase { database, _ in
            try await check(in: database, text: { $0.description }) { $0.day() }
            try await check(in: database) { generator in
                // 4713 BC to 294276 AD.
                SQLTimestamp(
                    microseconds: .random(in: -211_813_488_000_000_000...9_223_371_331_199_999_999, using: &generator))
            }
            try await check(in: database) { generator in
                SQLInterval(months: generator.number(), days: generator.number(), microseconds: generator.number())
            }
            let parts = try await database.query("SELECT interval '1 year 2 mons -3 days 04:05:06.789'")
            #expect(
                try parts.decode(SQLInterval.self, row: 0, column: 0)
                    == SQLInterval(months: 14, days: -3, microseconds: 14_706_789_000))
        }
    }

    @Test func ranges() async throws {
        try await withDatabase { database, _ in
            let text = { (range: SQLRange<Int64>) in
                range.isEmpty
                    ? "empty"
                    : (range.lower.map { "[\($0)" } ?? "(") + "," + (range.upper.map { "\($0)" } ?? "") + ")"
            }
            try await check(in: database, text: text) { $0.range { $0.number(Int64.self) } }
            try await check(in: database) { $0.range { $0.day() } }
            let closed = try await database.query(
                "SELECT '[1,5]'::int8range, daterange(NULL, 'infinity'), '(,)'::int8range")
            #expect(try closed.decode(SQLRange<Int64>.self, row: 0, column: 0) == SQLRange(1, 6))
            #expect(try closed.decode(SQLRange<SQLDate>.self, row: 0, column: 1) == SQLRange(nil, .infinity))
            #expect(try closed.decode(SQLRange<Int64>.self, row: 0, column: 2) == SQLRange(nil, nil))
            #expect(SQLRange<Int64>(2, 1) == nil)
            #expect(SQLRange<Int64>(1, 1) == .empty)
        }
    }

    @Test func labels() async throws {
        try await withDatabase { database, target in
            try target.execute("CREATE TYPE mood AS ENUM ('calm', 'cross', 'größer'); CREATE TABLE t (mood mood)")
            for mood in Mood.allCases {
                let rows = try await database.query("INSERT INTO t VALUES (\(mood)) RETURNING mood, mood::text")
                #expect(try rows.decode(Mood.self, row: 0, column: 0) == mood)
                #expect(try rows.decode(Mood.self, row: 0, column: 1) == mood)
            }
            let all = try await database.query("SELECT CAST(\(Mood.allCases) AS mood[])")
            #expect(try all.decode([Mood].self, row: 0, column: 0) == Mood.allCases)
            try target.execute("ALTER TYPE mood ADD VALUE 'new'")
            let other = try await database.query("SELECT 'new'::mood")
            #expect(await databaseError { _ = try other.decode(Mood.self, row: 0, column: 0) }?.kind == .malformed)
        }
    }

    @Test func decimalsBecomeWholeNumbersExactlyOrNotAtAll() {
        #expect(SQLNumeric("19.99")?.units(scale: 2) == 1999)
        #expect(SQLNumeric("19.99")?.units(scale: 1) == nil)
        #expect(SQLNumeric("19.90")?.units(scale: 1) == 199)
        #expect(SQLNumeric("-0.05")?.units(scale: 2) == -5)
        #expect(SQLNumeric("120000")?.units(scale: 0) == 120_000)
        #expect(SQLNumeric("9223372036854775807")?.units(scale: 0) == .max)
        #expect(SQLNumeric("-9223372036854775808")?.units(scale: 0) == .min)
        #expect(SQLNumeric("9223372036854775808")?.units(scale: 0) == nil)
        #expect(SQLNumeric("1" + String(repeating: "0", count: 100_000))?.units(scale: 0) == nil)
        #expect(SQLNumeric.notANumber.units(scale: 0) == nil)
        #expect(SQLNumeric(units: .min, scale: 19)?.description == "-0.9223372036854775808")
        #expect(SQLNumeric(units: 5, scale: -1) == nil)
        var generator = SplitMix64(seed: Self.seed)
        for _ in 0..<500 {
            let (units, scale) = (generator.number(Int64.self), Int.random(in: 0...30, using: &generator))
            #expect(SQLNumeric(units: units, scale: scale)?.units(scale: scale) == units, "\(units), \(scale)")
        }
        for text in ["", "-", ".5", "1.", "+1", "1e5", "1,5", " 1", "١", "--1", "nan"] {
            #expect(SQLNumeric(text) == nil, "\(text)")
        }
    }
}
