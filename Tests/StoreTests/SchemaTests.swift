import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SchemaTests {
    @Test func migrationsRunFromEmptyAndOnce() async throws {
        // The first migration of a cluster creates the role; two at once would meet there.
        _ = try await Fixture.makeDatabase()
        let database = try TestCluster.shared.makeDatabase()
        #expect(try await Fixture.migrate(database) == Migrations.all.map(\.number))
        let applied = try database.execute("SELECT * FROM schema_migration ORDER BY number")
        #expect(try await Fixture.migrate(database) == [])
        #expect(try database.execute("SELECT * FROM schema_migration ORDER BY number") == applied)
    }

    @Test func everyFileOfTheHistoryIsListed() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.store + "/Migrations").sorted()
        let listed = Migrations.all.map { migration in
            let number = String(migration.number)
            return String(repeating: "0", count: 4 - number.count) + number + "_" + migration.name + ".sql"
        }
        #expect(files == listed)
    }

    /// A constraint that is renamed in the schema would turn its refusals into internal errors.
    @Test func constraintsThatFailuresNameExist() async throws {
        let database = try await Fixture.makeDatabase()
        let source = try String(contentsOfFile: Self.store + "/DatabaseFailures.swift", encoding: .utf8)
        let names = source.matches(of: #/^ {8}"([a-z0-9_]+)":/#.anchorsMatchLineEndings()).map { String($0.1) }
        #expect(names.count > 10)
        let known = Set(
            try database.lines(
                """
                SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                UNION SELECT (regexp_matches(prosrc, 'CONSTRAINT = ''(\\w+)''', 'g'))[1] FROM pg_proc
                    WHERE pronamespace = 'public'::regnamespace AND prolang <> 13
                """))
        for name in names { #expect(known.contains(name), "constraint \(name)") }
    }

    @Test func theApplicationsRoleIsBoundByPolicies() async throws {
        let database = try await Fixture.makeDatabase()
        let role = try database.lines(
            "SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles WHERE rolname = 'allmende_app'")
        #expect(role == ["f|f|f|f"])
    }

    private static let store = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Store").path
}
