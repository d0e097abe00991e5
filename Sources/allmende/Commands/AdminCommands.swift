internal import ArgumentParser
internal import Domain
internal import EventLoop
internal import Logging
internal import Postgres
internal import Services
internal import Store
internal import Terminal

/// `allmende admin`: what is done from the database's side, with its owner's rights.
struct AdminCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "Migrations and the first operator; needs the rights of the database's owner.",
        subcommands: [Migrate.self, BootstrapOperator.self, RegisterAdministration.self, Audit.self, Retention.self])

    /// How the database is reached.
    struct OwnerOptions: ParsableArguments {
        @Option(
            help: "Connection string of the database's owner; empty takes libpq's environment (PGHOST, PGSERVICE, …).")
        var database: String = ""

        /// Runs `body` with the owner's database.
        func withOwner<T: Sendable>(_ body: (Owner) async throws -> T) async throws -> T {
            let group = EventLoopGroup(count: 1)
            defer { group.shutdown() }
            let logger = Logger(label: "allmende") { StreamLogHandler.standardError(label: $0) }
            return try await body(Owner(connection: database, group: group, logger: logger))
        }
    }

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Brings the schema up to date.")

        enum Action: EnumerableFlag {
            case status, plan, apply

            static func help(for value: Action) -> ArgumentHelp? {
                switch value {
                case .status: "Say how many migrations are applied and how many are missing."
                case .plan: "List the missing migrations and change nothing."
                case .apply: "Apply the missing migrations."
                }
            }
        }

        @OptionGroup var owner: OwnerOptions
        @Flag var action: Action = .status

        func run() async throws {
            try await owner.withOwner { owner in
                switch action {
                case .status:
                    let status = try await owner.migrationStatus()
                    print("\(status.applied.count) applied, \(status.pending.count) missing")
                case .plan:
                    let pending = try await owner.migrationStatus().pending
                    for migration in pending { print(Migrate.line(migration)) }
                    print(pending.isEmpty ? Migrate.nothingToDo : "\(pending.count) to apply")
                case .apply:
                    let applied = try await owner.migrate()
                    for migration in applied { print(Migrate.line(migration)) }
                    print(applied.isEmpty ? Migrate.nothingToDo : "\(applied.count) applied")
                }
            }
        }

        private static let nothingToDo = "the schema is up to date"

        private static func line(_ migration: Migration) -> String {
            let number = String(migration.number)
            return String(repeating: "0", count: max(0, 4 - number.count)) + number + "_" + migration.name
        }
    }

    struct BootstrapOperator: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "bootstrap", abstract: "Registers the first operator; done before, it changes nothing.")

        @OptionGroup var owner: OwnerOptions
        @Option(help: "Code of the operator's party.")
        var party: String
        @Option(help: "Name of the operator's party.")
        var name: String
        @Option(help: "PEM file with the operator's certificate.")
        var certificateFile: String

        func run() async throws {
            let digest = try Digest32(CertificateFile.digest(certificateFile), field: "certificate_file")
            let isNew = try await owner.withOwner { owner in
                try await owner.withDatabase { database in
                    try await Bootstrap(store: Store(database: database)).registerOperator(
                        code: party, displayName: name, certificate: digest.bytes)
                }
            }
            print(isNew ? "registered \(name) as operator" : "the operator is registered already")
        }
    }
}
