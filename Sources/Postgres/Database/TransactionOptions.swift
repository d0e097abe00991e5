/// How a transaction begins (`BEGIN`).
public struct TransactionOptions: Sendable {
    public enum Isolation: Sendable { case readCommitted, repeatableRead, serializable }

    public var isolation: Isolation
    public var isReadOnly: Bool
    /// Waits at its beginning for a moment from which on it can neither fail to be serialised nor make others fail. Of
    /// use only where it is serializable and read-only: long reports.
    public var isDeferrable: Bool
    /// The longest that one of its statements may take, for example what is left of a call's time; the lease's own
    /// limit where it is nil.
    public var statementTimeout: Duration?

    public init(
        isolation: Isolation = .readCommitted, isReadOnly: Bool = false, isDeferrable: Bool = false,
        statementTimeout: Duration? = nil
    ) {
        self.isolation = isolation
        self.isReadOnly = isReadOnly
        self.isDeferrable = isDeferrable
        self.statementTimeout = statementTimeout
    }

    /// The statements that travel with the first ones.
    var opening: [SQL] {
        guard let statementTimeout else { return [begin] }
        // Zero would be no limit at all.
        let limit = String(max(1, statementTimeout.wholeMilliseconds))
        return [begin, "SELECT set_config('statement_timeout', \(limit), true)"]
    }

    private var begin: SQL {
        let level: SQL =
            switch isolation {
            case .readCommitted: "READ COMMITTED"
            case .repeatableRead: "REPEATABLE READ"
            case .serializable: "SERIALIZABLE"
            }
        let access: SQL = isReadOnly ? "READ ONLY" : "READ WRITE"
        return isDeferrable
            ? "BEGIN ISOLATION LEVEL \(level) \(access) DEFERRABLE" : "BEGIN ISOLATION LEVEL \(level) \(access)"
    }
}
