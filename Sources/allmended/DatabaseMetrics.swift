internal import GRPC
internal import Postgres

extension MetricsRegistry {
    /// How the connections to the databases are doing; `role` tells them apart.
    func add(_ databases: [(role: String, database: Database)]) {
        add { text in
            var states: [(MetricsText.Label, DatabaseHealth)] = []
            for (role, database) in databases { states.append((.init("database", role), await database.health())) }
            text.add(states)
        }
    }
}

extension MetricsText {
    private typealias Reading = (name: String, kind: Kind, help: String, value: @Sendable (DatabaseHealth.Pool) -> Int)

    private static let readings: [Reading] = [
        ("connections", .gauge, "Connections as configured, on all loops.", { $0.size }),
        ("connections_open", .gauge, "Connections that are open.", { $0.open }),
        ("connections_in_use", .gauge, "Connections on which something is under way.", { $0.inUse }),
        ("queued", .gauge, "Units and transactions that wait for a connection.", { $0.queued }),
        ("waits", .counter, "Units and transactions that had to wait.", { $0.waits }),
        ("refused", .counter, "Units and transactions refused because the queue was full.", { $0.refused }),
        ("reconnects", .counter, "Connections opened again after a loss.", { $0.reconnects }),
        ("failed_connects", .counter, "Attempts to connect that failed.", { $0.failedConnects }),
    ]

    fileprivate mutating func add(_ states: [(label: Label, health: DatabaseHealth)]) {
        for reading in MetricsText.readings {
            family("database_" + reading.name, reading.kind, help: reading.help)
            for (label, health) in states {
                sample(.count(UInt64(reading.value(health.lanes))), [label, .init("pool", "lanes")])
                sample(.count(UInt64(reading.value(health.leases))), [label, .init("pool", "leases")])
            }
        }
        family("database_reachable", .gauge, help: "Whether calls are let through to the database: 1 or 0.")
        for (label, health) in states { sample(.count(health.breaker == .closed ? 1 : 0), [label]) }
        family("database_cancelled", .counter, help: "Statements cancelled because their callers had gone.")
        for (label, health) in states { sample(.count(UInt64(health.cancelled)), [label]) }
        family("database_slow_statements", .counter, help: "Statements on lanes that ran into the time limit: bugs.")
        for (label, health) in states { sample(.count(UInt64(health.slowStatements)), [label]) }
    }
}

extension ServerOptions {
    /// The database as the server uses it: under the application's role, with the pool's sizes.
    var databaseConfiguration: DatabaseConfiguration {
        var configuration = DatabaseConfiguration(connection: database, role: "allmende_app")
        configuration.applicationName = "allmended"
        configuration.lanesPerLoop = pool.lanes
        configuration.leasesPerLoop = pool.leases
        configuration.unitQueueLimit = pool.laneQueue
        configuration.leaseQueueLimit = pool.leaseQueue
        return configuration
    }
}
