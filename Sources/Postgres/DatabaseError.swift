/// What went wrong between us and the database. For logs and for mapping by SQLSTATE and constraint; its text never
/// goes to a client.
public struct DatabaseError: Error, Sendable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// The server answered a statement with an error; `sqlState` tells which.
        case server
        /// The connection ended while the statement was under way; with `sqlState` where the server has said why.
        case connectionLost
        /// No connection could be made; nothing was sent.
        case unavailable
        /// A queue is at its limit; nothing was sent.
        case overloaded
        /// A value does not have the type or form it was read as.
        case malformed
        /// The program used the interface wrongly, for example two commands at once in one transaction.
        case misuse
        /// The database was shut down by its owner.
        case closed
    }

    public let kind: Kind
    /// Five characters (PostgreSQL, appendix A), or empty when the error is not the server's.
    public let sqlState: String
    /// The primary message. May quote values: for logs only.
    public let message: String
    /// Name of the violated constraint.
    public let constraint: String?
    /// Name of the table the error belongs to.
    public let table: String?
    /// Index of the failed statement in its unit, from 0.
    public internal(set) var statement: Int?
    /// Position in the statement's text, in characters from 1.
    public let position: Int?
    /// Number of the row, from 1, that a `COPY` stopped at.
    public let copyRow: Int?
    /// Whether the work may nevertheless have been committed: the answer to the commit was lost.
    public internal(set) var isInDoubt: Bool

    init(
        _ kind: Kind, _ message: String, sqlState: String = "", constraint: String? = nil, table: String? = nil,
        position: Int? = nil, copyRow: Int? = nil, isInDoubt: Bool = false
    ) {
        self.kind = kind
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.table = table
        self.position = position
        self.copyRow = copyRow
        self.isInDoubt = isInDoubt
    }

    /// A value that does not have the type or form it was read as.
    public static func malformed(_ message: String) -> DatabaseError { DatabaseError(.malformed, message) }

    static func misuse(_ message: String) -> DatabaseError { DatabaseError(.misuse, message) }

    static var closed: DatabaseError { DatabaseError(.closed, "the database is shut down") }

    /// 23505: a unique key exists already.
    public var isUniqueViolation: Bool { sqlState == "23505" }
    /// 42P01: there is no such table.
    public var isUndefinedTable: Bool { sqlState == "42P01" }
    /// 23503: a referenced row is missing, or one is still referenced.
    public var isForeignKeyViolation: Bool { sqlState == "23503" }
    /// 23514: a check constraint refused the row.
    public var isCheckViolation: Bool { sqlState == "23514" }
    /// 23P01: an exclusion constraint refused the row.
    public var isExclusionViolation: Bool { sqlState == "23P01" }
    /// 40001 or 40P01: a concurrent transaction won; the whole transaction may be repeated.
    public var isSerializationFailure: Bool { sqlState == "40001" || sqlState == "40P01" }
    /// 42501: a right or a row-level policy is missing.
    public var isInsufficientPrivilege: Bool { sqlState == "42501" }
    /// 57014: cancelled, or `statement_timeout` has passed.
    public var isStatementCancelled: Bool { sqlState == "57014" }
    /// 22003: a number leaves the range of its type.
    public var isNumberOutOfRange: Bool { sqlState == "22003" }
    /// 55P03: a lock was not granted in time.
    public var isLockNotAvailable: Bool { sqlState == "55P03" }

    /// 0A000 or 26000: the table has changed under a prepared statement, or the statement is gone.
    public var isStalePlan: Bool { sqlState == "0A000" || sqlState == "26000" }
    /// 40001 on a standby: what is replayed there took away rows that a statement was reading.
    public var isStandbyConflict: Bool { sqlState == "40001" }
    /// 25006: the server is, or has become, a standby.
    public var isReadOnlyServer: Bool { sqlState == "25006" }

    /// Whether the connection ended, or none could be made.
    public var isConnectionProblem: Bool { kind == .connectionLost || kind == .unavailable }

    /// Whether the same transaction may be repeated at once: it certainly left nothing behind.
    public var isRetryable: Bool {
        guard !isInDoubt else { return false }
        return isSerializationFailure || isConnectionProblem
    }

    public var description: String {
        var text = "\(kind)"
        if !sqlState.isEmpty { text += " \(sqlState)" }
        text += ": \(message)"
        if let constraint { text += " (constraint \(constraint))" }
        if let statement { text += " (statement \(statement))" }
        if let copyRow { text += " (row \(copyRow))" }
        return isInDoubt ? text + " (in doubt)" : text
    }
}
