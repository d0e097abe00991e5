internal import Domain
internal import EventLoop
public import Postgres

/// Reads that may take longer, each in a read-only transaction on a leased connection, so that the short statements on
/// the lanes never wait behind them.
///
/// Where a standby is configured for reports they go there, once it has everything that was committed before.
public struct ReportReader: Reader, Sendable {
    let database: Database
    let reports: Database?
    let principal: Principal

    /// How often, and after which pauses, a standby is asked whether it has caught up.
    private static let looks = 20
    private static let pause = Duration.milliseconds(25)

    public func run(_ statements: [SQL]) async throws -> [Rows] {
        try await Failure.mapping {
            if let reports, let rows = try await run(statements, on: reports) { return rows }
            return try await database.withTransaction(TransactionOptions(isReadOnly: true)) { transaction in
                try await run(statements, in: transaction)
            }
        }
    }

    /// Runs them on the standby; nil where it is out of reach or lags too far behind.
    private func run(_ statements: [SQL], on reports: Database) async throws -> [Rows]? {
        let position = try await database.query("SELECT pg_current_wal_insert_lsn()::text")
            .decode(String.self, row: 0, column: 0)
        do {
            return try await reports.withTransaction(TransactionOptions(isReadOnly: true)) { transaction in
                guard try await hasCaughtUp(transaction, with: position) else { return nil }
                return try await run(statements, in: transaction)
            }
        } catch let error as DatabaseError where error.isConnectionProblem || error.isStandbyConflict {
            return nil
        }
    }

    private func hasCaughtUp(_ transaction: Transaction, with position: String) async throws -> Bool {
        for _ in 0..<ReportReader.looks {
            // A server that is no standby, after a failover, is the one that has it all.
            let rows = try await transaction.query(
                "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= \(position)::pg_lsn")
            if try rows.decode(Bool.self, row: 0, column: 0) { return true }
            try await EventLoop.current?.pause(for: ReportReader.pause)
        }
        return false
    }

    private func run(_ statements: [SQL], in transaction: Transaction) async throws -> [Rows] {
        var rows = try await transaction.run([principal.scope] + statements)
        rows.removeFirst()
        return rows
    }
}
