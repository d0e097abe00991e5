import Domain
import Postgres
import TestSupport
import Testing

@testable import Store

/// The pattern of versioned tables against a model that keeps a whole picture for every size of the register.
@Suite(.timeLimit(.minutes(5)))
struct VersionedTableTests {
    /// What holds on each day, for each key, at one size.
    private typealias Picture = [Int32: [Int64?]]

    private static let dated = VersionedTable("dated", columns: "key, value")
    private static let plain = VersionedTable("plain", columns: "key, value")
    private static let days = 10
    private static let keys: [Int32] = [1, 2]

    @Test(arguments: [UInt64(1), 2, 3])
    func datedRowsReadLikeTheModelAtEverySize(seed: UInt64) async throws {
        try await withTables { database in
            var generator = SplitMix64(seed: seed)
            var pictures = [
                Picture(uniqueKeysWithValues: Self.keys.map { ($0, Array(repeating: nil, count: Self.days)) })
            ]
            while pictures.count < 40 {
                // Several corrections in one transaction, each with an entry of its own.
                var unit: [SQL] = []
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    unit += try Self.correction(&pictures, &generator)
                }
                try await database.run(unit)
            }
            for (size, picture) in pictures.enumerated() {
                #expect(try await Self.read(database, at: Int64(size)) == picture, "seed \(seed), size \(size)")
            }
            let day = Int.random(in: 0..<Self.days, using: &generator)
            for (size, picture) in pictures.enumerated() {
                #expect(try await Self.read(database, on: day, at: Int64(size)) == picture.mapValues { $0[day] })
            }
            try await Self.checkChanges(database, pictures, &generator)
        }
    }

    @Test func plainRowsAreReplacedAndClosed() async throws {
        try await withTables { database in
            let table = Self.plain
            try await database.run(table.replace(where: "v.key = 1", with: "1, 10", at: 0))
            // Two changes in one transaction, then an end.
            try await database.run(
                table.replace(where: "v.key = 1", with: "1, 20", at: 1)
                    + table.replace(where: "v.key = 1", with: "1, 30", at: 2))
            try await database.run([table.close(where: "v.key = 1", at: 3)])
            var values: [[Int64]] = []
            for size in Int64(0)...5 {
                let rows = try await database.query("SELECT value FROM plain v WHERE \(Versions.known(at: size))")
                values.append(try rows.map { try $0.decode(Int64.self, column: 0) })
            }
            #expect(values == [[], [10], [20], [30], [], []])
            let history = try await database.query(
                "SELECT \(Versions.positions) FROM plain v ORDER BY \(Versions.order)")
            let ranges = try (0..<history.count).map { index in
                var row = history[index]
                return try RecordedRange(&row)
            }
            #expect(ranges == (0..<3).map { RecordedRange(from: $0, until: $0 + 1) })
        }
    }

    @Test func aRowIsNotClosedWhereItBegan() async throws {
        try await withTables { database in
            try await database.run([Self.plain.insert("1, 10", at: 4)])
            do {
                try await database.run([Self.plain.close(where: "v.key = 1", at: 4)])
                Issue.record("a row that was never known was stored")
            } catch let error as DatabaseError {
                #expect(error.constraint == "plain_recorded_check")
            }
        }
    }

    /// One change at the next position, in the database's words and in the model.
    private static func correction(
        _ pictures: inout [Picture], _ generator: inout SplitMix64
    ) throws -> [SQL] {
        let position = Int64(pictures.count - 1)
        let key = keys.randomElement(using: &generator) ?? 1
        let first = Int.random(in: 0..<days - 1, using: &generator)
        let last = Bool.random(using: &generator) ? days : Int.random(in: first + 1..<days, using: &generator)
        let range = try DateRange(day(first), last == days ? nil : day(last), field: "days")
        var statements = [dated.clear(range, where: "v.key = \(key)", at: position)]
        var value: Int64?
        // One change in four only ends what was.
        if Int.random(in: 0..<4, using: &generator) > 0 {
            value = Int64.random(in: 0..<1000, using: &generator)
            statements.append(dated.insert("\(key), \(value ?? 0)", on: range, at: position))
        }
        var picture = pictures[pictures.count - 1]
        for index in first..<last { picture[key]?[index] = value }
        pictures.append(picture)
        return statements
    }

    private static func read(_ database: Database, at size: Int64) async throws -> Picture {
        var picture = Picture(uniqueKeysWithValues: keys.map { ($0, Array(repeating: nil, count: days)) })
        let rows = try await database.query(
            "SELECT v.key, v.value, \(Versions.days) FROM dated v WHERE \(Versions.known(at: size))")
        for index in 0..<rows.count {
            var row = rows[index]
            let (key, value) = (try row.next(Int32.self), try row.next(Int64.self))
            let range = try DateRange(&row)
            for index in 0..<days where range.contains(day(index)) {
                #expect(picture[key]?[index] == .some(nil), "two rows hold on one day")
                picture[key]?[index] = value
            }
        }
        return picture
    }

    private static func read(_ database: Database, on index: Int, at size: Int64) async throws -> [Int32: Int64?] {
        var values = Dictionary(uniqueKeysWithValues: keys.map { ($0, Int64?.none) })
        let rows = try await database.query(
            """
            SELECT v.key, v.value FROM dated v
            WHERE \(Versions.holding(on: day(index))) AND \(Versions.known(at: size))
            """)
        for row in rows { values[try row.decode(Int32.self, column: 0)] = try row.decode(Int64.self, column: 1) }
        return values
    }

    /// The difference of two sizes, applied to the first picture, gives the second.
    private static func checkChanges(
        _ database: Database, _ pictures: [Picture], _ generator: inout SplitMix64
    ) async throws {
        for _ in 0..<20 {
            let size = Int.random(in: 0..<pictures.count, using: &generator)
            let later = Int.random(in: size..<pictures.count, using: &generator)
            let rows = try await database.query(
                """
                SELECT v.key, v.value, \(Versions.days), \(Versions.positions) FROM dated v
                WHERE \(Versions.changed(from: Int64(size), to: Int64(later)))
                """)
            var picture = pictures[size]
            var added: [(Int32, Int64, DateRange)] = []
            for index in 0..<rows.count {
                var row = rows[index]
                let (key, value) = (try row.next(Int32.self), try row.next(Int64.self))
                let range = try DateRange(&row)
                if try RecordedRange(&row).isKnown(at: Int64(later)) {
                    added.append((key, value, range))
                } else {
                    for index in 0..<days where range.contains(day(index)) { picture[key]?[index] = nil }
                }
            }
            for (key, value, range) in added {
                for index in 0..<days where range.contains(day(index)) { picture[key]?[index] = value }
            }
            #expect(picture == pictures[later], "from \(size) to \(later)")
        }
    }

    private static func day(_ index: Int) -> CivilDate { CivilDate(daysSinceEpoch: 15_000 + index)! }

    private func withTables(_ body: @Sendable @escaping (Database) async throws -> Void) async throws {
        let target = try await Fixture.makeDatabase()
        try target.execute(
            """
            CREATE TABLE plain (key int, value bigint, recorded_from bigint NOT NULL, recorded_until bigint,
                CONSTRAINT plain_recorded_check CHECK (recorded_from < recorded_until),
                EXCLUDE USING gist (key WITH =, int8range(recorded_from, recorded_until) WITH &&));
            CREATE TABLE dated (key int, value bigint, valid_from date NOT NULL, valid_until date,
                recorded_from bigint NOT NULL, recorded_until bigint,
                CHECK (recorded_from < recorded_until), CHECK (valid_from < valid_until),
                EXCLUDE USING gist (key WITH =, daterange(valid_from, valid_until) WITH &&,
                    int8range(recorded_from, recorded_until) WITH &&));
            """)
        try await withDatabase(target, role: nil, body)
    }
}
