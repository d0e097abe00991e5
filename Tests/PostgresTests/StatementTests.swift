import Postgres
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StatementTests {
    @Test func valuesBecomeParameters() {
        let name = "'; DROP TABLE x; --"
        let sql: SQL = "SELECT \(name), \(1 as Int32) WHERE true"
        #expect(sql.text == "SELECT $1, $2 WHERE true")
    }

    @Test func fragmentsAreSplicedInWithTheirParameters() async throws {
        try await withDatabase { database, _ in
            let condition: SQL = "n BETWEEN \(3) AND \(5)"
            let list: SQL =
                "SELECT count(*) FROM generate_series(\(1 as Int64), \(10 as Int64)) AS n WHERE \(condition)"
            #expect(list.text.hasSuffix("WHERE n BETWEEN $3 AND $4"))
            let rows = try await database.query(list)
            #expect(try rows.decode(Int.self, row: 0, column: 0) == 3)
        }
    }

    @Test func constantsAreQuoted() async throws {
        try await withDatabase { database, _ in
            let text = "it''s \\ \"quoted\" '"
            let rows = try await database.query(
                """
                SELECT \(SQL.literal(text)), \(SQL.literal(-5 as Int64)), \(SQL.literal([1, -2] as [Int64])),
                       \(SQL.literal([0, 255] as [UInt8])), \(SQL.literal(SQLDate(days: 59))), \(SQL.literal(true))
                """)
            var row = rows[0]
            #expect(try row.next(String.self) == text)
            #expect(try row.next(Int64.self) == -5)
            #expect(try row.next([Int64].self) == [1, -2])
            #expect(try row.next([UInt8].self) == [0, 255])
            #expect(try row.next(SQLDate.self) == SQLDate(days: 59))
            #expect(try row.next(Bool.self))
            #expect(SQL.identifier("a\"b").text == "\"a\"\"b\"")
        }
    }

    @Test func aZeroByteIsRefusedByTheServer() async throws {
        try await withDatabase { database, _ in
            let literal = await databaseError { _ = try await database.query("SELECT \(SQL.literal("a\0b"))") }
            #expect(literal?.kind == .server)
            let bound = await databaseError { _ = try await database.query("SELECT \("a\0b")") }
            #expect(bound?.sqlState == "22021")
            let name = SQL.identifier("a\0b")
            let identifier = await databaseError { _ = try await database.query("SELECT 1 AS \(name)") }
            #expect(identifier?.kind == .misuse)
        }
    }

    @Test func aStatementIsPreparedOnce() async throws {
        try await withDatabase(configure: { $0.lanesPerLoop = 1 }) { database, _ in
            for number in 0..<5 { _ = try await database.query("SELECT \(number) AS only_once") }
            let count = try await database.query(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%only_once'")
            #expect(try count.decode(Int.self, row: 0, column: 0) == 1)
        }
    }
}
