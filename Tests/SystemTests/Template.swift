import API
import EventLoop
import Logging
import Postgres
import Services
import Store
import SwiftProtobuf
import TestSupport

/// Databases that tests begin with, each made once by a server and copied from then on.
enum Template: Sendable {
    /// Migrated, with the operator's credential and nothing else.
    case bare
    /// The three municipalities with an application and an agreement in force, and a consortium of strangers.
    case founded

    private static let bareDatabase = Task {
        let database = try TestCluster.shared.makeDatabase()
        let server = try await House.start(on: database, ["--migrate"])
        server.terminate()
        guard await server.exitStatus == 0 else { throw ServerProcess.Failure(description: server.log) }
        try await registerOperator(in: database)
        return database
    }

    private static let foundedDatabase = Task {
        let database = try await TestCluster.shared.makeDatabase(template: bareDatabase.value.name)
        try await House.with(database) { house in
            try await Founding(house: house).all()
        }
        return database
    }

    var database: TestDatabase {
        get async throws {
            switch self {
            case .bare: try await Template.bareDatabase.value
            case .founded: try await Template.foundedDatabase.value
            }
        }
    }

    private static func registerOperator(in target: TestDatabase) async throws {
        let group = EventLoopGroup(count: 1)
        let database = Database(
            configuration: DatabaseConfiguration(connection: target.connection, role: "allmende_app"), group: group,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await database.start()
        let digest = try Person.operator.digest
        _ = try await Bootstrap(store: Store(database: database))
            .registerOperator(code: Person.operator.code, displayName: "Operator", certificate: digest)
        await database.shutdown()
        await Task.detached { group.shutdown() }.value
    }
}
