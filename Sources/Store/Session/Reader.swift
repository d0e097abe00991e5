internal import Domain
public import Postgres

/// What reads of an aggregate need: a way to run statements under a principal's scope. Reads are written once and serve
/// single units on a lane and running transactions alike.
public protocol Reader {
    /// Runs the statements in one transaction and returns their rows, in order.
    func run(_ statements: [SQL]) async throws -> [Rows]
}

extension Reader {
    /// Runs one statement.
    public func query(_ sql: SQL) async throws -> Rows {
        try await run([sql])[0]
    }
}

/// Reads under a principal's scope on a lane of the current loop. They may share a transaction with other calls' reads,
/// each of which sets its own scope first; so nothing may be changed this way.
public struct ScopedReader: Reader, Sendable {
    let database: Database
    let principal: Principal

    public func run(_ statements: [SQL]) async throws -> [Rows] {
        var unit = [principal.scope]
        unit.append(contentsOf: statements)
        let statements = unit
        var rows = try await Failure.mapping { try await database.read(statements) }
        rows.removeFirst()
        return rows
    }
}
