/// How a transaction begins (`BEGIN`).
public struct TransactionOptions: Sendable {
    public enum Isolation: Sendable { case readCommitted, repeatableRead, serializable }

    public var isolation: Isolation
    public var isReadOnly: Bool

    public init(isolation: Isolation = .readCommitted, isReadOnly: Bool = false) {
        self.isolation = isolation
        self.isReadOnly = isReadOnly
    }

    var begin: SQL {
        switch (isolation, isReadOnly) {
        case (.readCommitted, false): "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        case (.readCommitted, true): "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
        case (.repeatableRead, false): "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"
        case (.repeatableRead, true): "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        case (.serializable, false): "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"
        case (.serializable, true): "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"
        }
    }
}
