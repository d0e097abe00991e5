/// Statements that run in one implicit transaction, and the task that waits for them.
///
/// Life: queued, sent, answered. Whoever comes first, answer, failure or cancellation, resumes the task; the others
/// find `continuation` empty.
final class Unit: @unchecked Sendable {  // confined to its loop
    let statements: [SQL]
    private var continuation: UnsafeContinuation<[Rows], any Error>?

    /// Statements this unit has the server prepare, with the index of the command that does so.
    var preparations: [(command: Int, statement: Statement)] = []
    /// Commands sent and commands answered so far; a preparation is a command of its own.
    var commands = 0
    var answered = 0
    /// Whether the unit's end is a commit; false inside a transaction.
    let commits: Bool
    /// Whether other reads may stand in the same implicit transaction: then no Sync of its own follows.
    private(set) var isShared: Bool
    /// Whether an error of another unit in the same transaction has swallowed this one.
    var isAborted = false
    /// Whether it failed once through no fault of its own.
    var isSecondTry = false
    /// Whether its task was cancelled: the server may still be at work on it.
    private(set) var isCancelled = false
    /// Whether the Sync went out, without which the server commits nothing.
    var isComplete = false
    private var rows: [Rows] = []
    private(set) var failure: DatabaseError?

    init(_ statements: [SQL], commits: Bool, isShared: Bool = false) {
        self.statements = statements
        self.commits = commits
        self.isShared = isShared
    }

    /// Stands for the Sync that ends a transaction of shared units.
    static func sync() -> Unit { Unit([], commits: false) }

    /// Whether every command was answered and no Sync of its own is to come.
    var isAnsweredWithoutSync: Bool { isShared && answered == commands }

    /// Makes the unit ready to be sent again, by itself.
    func startOver() {
        isShared = false
        isAborted = false
        isComplete = false
        preparations = []
        commands = 0
        answered = 0
        rows = []
    }

    /// Whether the server may have committed the unit although its answer is missing.
    var isDoubtful: Bool { commits && isComplete }

    var isWaited: Bool { continuation != nil }

    func wait(_ continuation: UnsafeContinuation<[Rows], any Error>) {
        self.continuation = continuation
    }

    func append(_ result: Rows) {
        if rows.isEmpty { rows.reserveCapacity(statements.count) }
        rows.append(result)
    }

    /// The first error counts; the later ones are its consequences.
    func fail(_ error: DatabaseError) {
        guard failure == nil else { return }
        failure = error
        // An error after the last statement belongs to none: a deferred constraint, or the commit itself.
        guard answered < commands else { return }
        failure?.statement = answered - preparations.count(where: { $0.command < answered })
    }

    func finish() {
        guard let continuation else { return }
        self.continuation = nil
        if let failure {
            continuation.resume(throwing: failure)
        } else {
            continuation.resume(returning: rows)
        }
    }

    func finish(_ error: DatabaseError) {
        guard let continuation else { return }
        self.continuation = nil
        continuation.resume(throwing: error)
    }

    func cancel() {
        guard let continuation else { return }
        isCancelled = true
        self.continuation = nil
        continuation.resume(throwing: CancellationError())
    }
}
