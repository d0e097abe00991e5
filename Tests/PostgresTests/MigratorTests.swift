import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct MigratorTests {
    private let first = Migration(
        number: 1, name: "people", sql: "CREATE TABLE person (id int8); INSERT INTO person VALUES (1)")
    private let second = Migration(number: 2, name: "names", sql: "ALTER TABLE person ADD name text")

    @Test func whatIsPendingIsAppliedOnceAndInOrder() async throws {
        try await withDatabase { database, target in
            let migrator = Migrator(database: database, migrations: [first, second])
            let before = try await migrator.status()
            #expect(before == MigrationStatus(applied: [], pending: [first, second]))
            let applied = try await migrator.apply()
            #expect(applied == [first, second])
            let again = try await migrator.apply()
            #expect(again.isEmpty)
            let after = try await migrator.status()
            #expect(after.applied == [1, 2] && after.pending.isEmpty)
            #expect(try target.execute("SELECT count(*) FROM person") == "1\n")
            let checksum = try target.execute("SELECT checksum FROM schema_migration WHERE number = 2")
            let computed = try target.execute("SELECT encode(sha256('\(second.sql)'), 'hex')")
            #expect(checksum == computed)
        }
    }

    @Test func manyProcessesMigrateOnce() async throws {
        try await withDatabase(loops: 2) { database, target in
            let count = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<4 {
                    tasks.addTask { try await Migrator(database: database, migrations: [first, second]).apply().count }
                }
                return try await tasks.reduce(0, +)
            }
            #expect(count == 2)
            #expect(try target.execute("SELECT count(*) FROM schema_migration") == "2\n")
        }
    }

    @Test func aFailedMigrationLeavesNothing() async throws {
        try await withDatabase { database, target in
            let broken = Migration(number: 2, name: "broken", sql: "CREATE TABLE half (id int8); SELECT 1 / 0")
            let error = await databaseError {
                _ = try await Migrator(database: database, migrations: [first, broken]).apply()
            }
            #expect(error?.sqlState == "22012")
            let left = try target.execute("SELECT to_regclass('half') IS NULL, count(*) FROM schema_migration")
            #expect(left == "t|1\n")
        }
    }

    @Test func aMigrationThatEndsItsTransactionIsRefused() async throws {
        try await withDatabase { database, _ in
            let ending = Migration(number: 1, name: "ending", sql: "CREATE TABLE x (id int8); COMMIT")
            let error = await databaseError {
                _ = try await Migrator(database: database, migrations: [ending]).apply()
            }
            #expect(error?.kind == .misuse)
        }
    }

    @Test func anEditedHistoryIsRefused() async throws {
        try await withDatabase { database, _ in
            _ = try await Migrator(database: database, migrations: [first, second]).apply()
            let edited = Migration(number: 1, name: first.name, sql: first.sql + " ")
            await #expect(throws: MigrationError.edited(number: 1)) {
                _ = try await Migrator(database: database, migrations: [edited, second]).apply()
            }
            await #expect(throws: MigrationError.unknown(number: 2)) {
                _ = try await Migrator(database: database, migrations: [first]).status()
            }
            await #expect(throws: MigrationError.misnumbered(2)) {
                _ = try await Migrator(database: database, migrations: [second]).apply()
            }
        }
    }
}
