import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CopyTests {
    private struct Refused: Error {}

    private func rows(_ numbers: Range<Int64>, isWhole: Bool = true) -> [UInt8] {
        var rows = CopyRows()
        for number in numbers {
            rows.beginRow(columns: 2)
            rows.append(number)
            rows.append(number.isMultiple(of: 3) ? nil : "row \(number)")
        }
        if isWhole { rows.end() }
        return rows.bytes
    }

    @Test func rowsGoInAndComeOut() async throws {
        try await withDatabase { database, target in
            try target.execute("CREATE TABLE t (id int8 UNIQUE, name text)")
            let count: Int64 = 50_000
            let bytes = rows(0..<count)
            let copied = try await database.withTransaction { transaction in
                try await transaction.copyIn("COPY t FROM STDIN (FORMAT binary)") { try await $0.write(bytes) }
            }
            #expect(copied == Int(count))
            let found = try await database.withTransaction { transaction in
                let copy = try await transaction.copyOut("COPY (SELECT * FROM t ORDER BY id) TO STDOUT (FORMAT binary)")
                #expect(copy.isBinary)
                var found: Int64 = 0
                while let (id, name) = try await copy.next({ bytes in
                    var row = try CopyRow(bytes)
                    #expect(row.columns == 2)
                    return (try row.next(Int64.self), try row.next(String?.self))
                }) {
                    if id != found || name != (id.isMultiple(of: 3) ? nil : "row \(id)") { break }
                    found += 1
                }
                _ = try await transaction.query("SELECT 1")
                return found
            }
            #expect(found == count)
        }
    }

    @Test func aCopyOfNothingIsEmpty() async throws {
        try await withDatabase { database, _ in
            try await database.withTransaction { transaction in
                let binary = try await transaction.copyOut("COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT binary)")
                let none = try await binary.next { $0.count }
                #expect(none == nil)
                let after = try await binary.next { $0.count }
                #expect(after == nil)
                let text = try await transaction.copyOut("COPY (SELECT 'a', 'b') TO STDOUT")
                var lines: [UInt8] = []
                while try await text.read(into: &lines, upTo: 1000) {}
                #expect(lines == Array("a\tb\n".utf8))
            }
        }
    }

    @Test func rowsArriveInPieces() async throws {
        try await withDatabase { database, _ in
            let total = try await database.withTransaction { transaction in
                let number = SQL.literal(200_000 as Int64)
                let copy = try await transaction.copyOut(
                    "COPY (SELECT n FROM generate_series(1, \(number)) AS n) TO STDOUT (FORMAT binary)")
                var total = 0
                var buffer: [UInt8] = []
                while try await copy.read(into: &buffer, upTo: 8192) {
                    #expect(buffer.count < 8192 + 14)
                    total += buffer.count
                    buffer.removeAll(keepingCapacity: true)
                }
                return total
            }
            #expect(total == 200_000 * 14)
        }
    }

    /// Rows of all ones, so that the end of one looks like the end of the copy; the room that is left is a little more
    /// than 8 KiB.
    @Test(arguments: [1, 5000, 100_000])
    func rowsLongerThanTheRoomStayWhole(piece: Int) async throws {
        let sizes = Array(8150...8250) + [0, 1, 2, 1_000_000, 3]
        try await withDatabase { database, target in
            try target.execute("CREATE TABLE t (id int8 GENERATED ALWAYS AS IDENTITY, ones bytea)")
            for size in sizes {
                try await database.query("INSERT INTO t (ones) VALUES (\([UInt8](repeating: 255, count: size)))")
            }
            let found = try await database.withTransaction { transaction in
                let copy = try await transaction.copyOut(
                    "COPY (SELECT ones FROM t ORDER BY id) TO STDOUT (FORMAT binary)")
                var (found, buffer) = ([Int](), [UInt8]())
                while try await copy.read(into: &buffer, upTo: piece) {
                    var rest = buffer[...]
                    while !rest.isEmpty {
                        let length = try #require(rest.count >= 6 ? rest.dropFirst(2).prefix(4) : nil)
                            .reduce(0) { $0 << 8 | Int($1) }
                        try #require(rest.count >= 6 + length, "a row is cut")
                        #expect(rest.dropFirst(6).prefix(length).allSatisfy { $0 == 255 })
                        found.append(length)
                        rest = rest.dropFirst(6 + length)
                    }
                    buffer.removeAll(keepingCapacity: true)
                }
                return found
            }
            #expect(found == sizes)
        }
    }

    @Test func refusedRowsAreAnErrorAndLeaveNothing() async throws {
        try await withDatabase { database, target in
            try target.execute("CREATE TABLE t (id int8 UNIQUE, name text); INSERT INTO t VALUES (77, 'old')")
            let bytes = rows(0..<1000)
            let error = await databaseError {
                try await database.withTransaction { transaction in
                    _ = try await transaction.copyIn("COPY t FROM STDIN (FORMAT binary)") { try await $0.write(bytes) }
                }
            }
            #expect(error?.isUniqueViolation == true)
            #expect(error?.copyRow == 78)
            #expect(error?.constraint == "t_id_key")
            let malformed = await databaseError {
                try await database.withTransaction { transaction in
                    _ = try await transaction.copyIn("COPY t FROM STDIN (FORMAT binary)") {
                        try await $0.write([1, 2, 3])
                    }
                }
            }
            #expect(malformed?.sqlState == "22P04")
            let count = try await database.query("SELECT count(*) FROM t")
            #expect(try count.decode(Int.self, row: 0, column: 0) == 1)
        }
    }

    @Test func aSenderThatGivesUpLeavesNothingAndKeepsTheConnection() async throws {
        try await withDatabase(configure: { $0.leasesPerLoop = 1 }) { database, target in
            try target.execute("CREATE TABLE t (id int8, name text)")
            func pid() async throws -> Int32 {
                try await database.withTransaction { transaction in
                    try await transaction.query("SELECT pg_backend_pid()").decode(Int32.self, row: 0, column: 0)
                }
            }
            let before = try await pid()
            let bytes = rows(0..<1000, isWhole: false)
            await #expect(throws: Refused.self) {
                try await database.withTransaction { transaction in
                    try await transaction.copyIn("COPY t FROM STDIN (FORMAT binary)") { copy in
                        try await copy.write(bytes)
                        throw Refused()
                    }
                }
            }
            let after = try await pid()
            #expect(before == after)
            #expect(try target.execute("SELECT count(*) FROM t") == "0\n")
        }
    }

    @Test func aCopyLeftUnreadCostsTheConnectionOnly() async throws {
        try await withDatabase(configure: { $0.leasesPerLoop = 1 }) { database, _ in
            await #expect(throws: Refused.self) {
                try await database.withTransaction { transaction in
                    let copy = try await transaction.copyOut("COPY (SELECT generate_series(1, 1000000)) TO STDOUT")
                    _ = try await copy.next { $0.count }
                    let misuse = await databaseError { _ = try await transaction.query("SELECT 1") }
                    #expect(misuse?.kind == .misuse)
                    throw Refused()
                }
            }
            let rows = try await database.withTransaction { try await $0.query("SELECT \(1)") }
            #expect(rows.count == 1)
        }
    }

    @Test func anErrorDuringACopyOutIsThrown() async throws {
        try await withDatabase { database, _ in
            let error = await databaseError {
                try await database.withTransaction { transaction in
                    let copy = try await transaction.copyOut(
                        "COPY (SELECT 1 / (5000 - n) FROM generate_series(1, 10000) AS n) TO STDOUT (FORMAT binary)")
                    while try await copy.next({ $0.count }) != nil {}
                }
            }
            #expect(error?.sqlState == "22012")
        }
    }

    @Test func whatIsNoCopyIsRefused() async throws {
        try await withDatabase { database, _ in
            let error = await databaseError {
                try await database.withTransaction { _ = try await $0.copyOut("SELECT 1") }
            }
            #expect(error?.kind == .misuse)
            let lane = await databaseError { _ = try await database.query("COPY (SELECT 1) TO STDOUT") }
            #expect(lane != nil)
            let rows = try await database.query("SELECT 1")
            #expect(rows.count == 1)
        }
    }
}
