/// One step of the schema's history: never edited once it was applied anywhere.
public struct Migration: Sendable, Equatable {
    /// Position in the history, from 1, without gaps.
    public let number: Int
    /// A short name for people.
    public let name: String
    /// SQL text of any number of statements. It runs in one transaction and must not end it.
    public let sql: String

    public init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}

/// Why the schema cannot be brought up to date.
public enum MigrationError: Error, Sendable, Equatable {
    /// The program's migrations are not numbered 1, 2, 3, …
    case misnumbered(Int)
    /// An applied migration has another name or text than the program's.
    case edited(number: Int)
    /// The database has a migration that this program does not know: it belongs to a newer one.
    case unknown(number: Int)
}

/// What a database has and what it lacks.
public struct MigrationStatus: Sendable, Equatable {
    /// Numbers of the applied migrations.
    public let applied: [Int]
    /// What `apply` would run, in order.
    public let pending: [Migration]

    public init(applied: [Int], pending: [Migration]) {
        self.applied = applied
        self.pending = pending
    }
}
