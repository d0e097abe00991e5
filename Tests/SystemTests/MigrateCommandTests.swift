import Postgres
import Store
import TestSupport
import Testing

/// `allmende admin migrate` as an operator runs it.
@Suite(.timeLimit(.minutes(5)))
struct MigrateCommandTests {
    private func migrate(_ database: TestDatabase, _ action: String) async throws -> (status: Int32, text: String) {
        let command = try ChildProcess(["allmende", "admin", "migrate", action, "--database", database.connection])
        return (await command.status, command.text)
    }

    private static let names = Migrations.all.map { migration in
        let number = String(migration.number)
        return String(repeating: "0", count: 4 - number.count) + number + "_" + migration.name
    }

    @Test func statusPlanAndApplySayWhatTheyDo() async throws {
        // Roles belong to the cluster: the first migration of all creates them.
        _ = try await Template.bare.database
        let database = try TestCluster.shared.makeDatabase()
        let count = Migrations.all.count
        #expect(try await migrate(database, "--status") == (0, "0 applied, \(count) missing\n"))
        let plan = try await migrate(database, "--plan")
        #expect(plan.text.split(separator: "\n").map(String.init) == Self.names + ["\(count) to apply"])
        #expect(try database.number("SELECT count(*) FROM pg_class WHERE relname = 'party'") == 0)
        let applied = try await migrate(database, "--apply")
        #expect(applied.text.split(separator: "\n").map(String.init) == Self.names + ["\(count) applied"])
        #expect(try await migrate(database, "--status") == (0, "\(count) applied, 0 missing\n"))
        for action in ["--plan", "--apply"] {
            #expect(try await migrate(database, action) == (0, "the schema is up to date\n"))
        }
    }

    @Test func twoProcessesAtOnceApplyEachMigrationOnce() async throws {
        _ = try await Template.bare.database
        let database = try TestCluster.shared.makeDatabase()
        async let first = migrate(database, "--apply")
        async let second = migrate(database, "--apply")
        let answers = try await [first, second]
        #expect(answers.allSatisfy { $0.status == 0 }, "\(answers)")
        let lines: [String] = answers.flatMap { answer in answer.text.split(separator: "\n").map { String($0) } }
        let applied = lines.filter { $0.contains("_") }
        #expect(applied.sorted() == Self.names)
    }

    @Test func anEditedHistoryIsRefusedByEveryAction() async throws {
        let edited = try await TestCluster.shared.makeDatabase(template: Template.bare.database.name)
        try edited.execute("UPDATE schema_migration SET checksum = 'edited' WHERE number = 2")
        let newer = try await TestCluster.shared.makeDatabase(template: Template.bare.database.name)
        try newer.execute("INSERT INTO schema_migration (number, name, checksum) VALUES (9999, 'later', '')")
        for action in ["--status", "--plan", "--apply"] {
            for (database, hint) in [(edited, "migration 2 "), (newer, "migration 9999, which")] {
                let answer = try await migrate(database, action)
                #expect(answer.status != 0 && answer.text.contains(hint), "\(action): \(answer)")
            }
        }
        // Nor does a server start on it, whether it may migrate or not.
        for options in [[], ["--migrate"]] {
            await #expect(throws: ServerProcess.Failure.self) { _ = try await House.start(on: edited, options) }
        }
    }
}
