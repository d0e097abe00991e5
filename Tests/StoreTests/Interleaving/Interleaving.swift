import Postgres
import Store
import Synchronization
import TestSupport

/// One order of the steps of two sessions: which of them, 0 or 1, takes the next step.
struct Interleaving: CustomStringConvertible {
    let turns: [Int]

    var description: String { turns.map { $0 == 0 ? "a" : "b" }.joined() }

    /// Every order in which sessions of so many steps can meet.
    static func all(_ first: Int, _ second: Int) -> [Interleaving] {
        func orders(_ first: Int, _ second: Int) -> [[Int]] {
            if first == 0 { return [Array(repeating: 1, count: second)] }
            if second == 0 { return [Array(repeating: 0, count: first)] }
            return orders(first - 1, second).map { [0] + $0 } + orders(first, second - 1).map { [1] + $0 }
        }
        return orders(first, second).map(Interleaving.init)
    }
}

/// Lets two sessions take their steps in a given order. A step that waits for a lock of the other session counts as
/// taken: it ends when the other lets it. A session that runs again, after a lost race, then goes its way freely.
final class Stage: Sendable {
    private struct State {
        var granted = [0, 0]
        var taken = [0, 0]
        /// Begun and not yet ended; the number of the process that runs it.
        var running: [Int32?] = [nil, nil]
        var isFree = false
        var ended = [false, false]
    }

    private let state = Mutex(State())
    private let target: TestDatabase

    init(_ target: TestDatabase) { self.target = target }

    /// Waits for the session's next turn, then takes the step.
    func step<Result>(_ who: Int, _ pid: Int32, _ body: () async throws -> Result) async throws -> Result {
        await turn(who, pid)
        defer { state.withLock { $0.running[who] = nil } }
        return try await body()
    }

    /// Waits for the turn whose step ends with the transaction: what follows is the COMMIT.
    func turn(_ who: Int, _ pid: Int32) async {
        // A session that runs again has lost what it ran before.
        state.withLock { $0.running[who] = nil }
        while !state.withLock({ $0.isFree || $0.granted[who] > $0.taken[who] }) { await Task.yield() }
        state.withLock {
            $0.taken[who] += 1
            $0.running[who] = pid
        }
    }

    /// The session's transaction has ended.
    func end(_ who: Int) {
        state.withLock {
            $0.running[who] = nil
            $0.ended[who] = true
        }
    }

    /// Grants the turns one after the other, each when the step before has been taken or waits.
    func direct(_ interleaving: Interleaving) async throws {
        for who in interleaving.turns {
            state.withLock { $0.granted[who] += 1 }
            try await settle()
        }
        state.withLock { $0.isFree = true }
    }

    /// Waits until every step that was granted has ended, waits for a lock, or cannot begin because its session waits.
    private func settle() async throws {
        for look in 1... {
            let busy = state.withLock { state in
                (0...1).filter { who in
                    guard !state.ended[who] else { return false }
                    return state.running[who] != nil || state.granted[who] > state.taken[who]
                }.map { state.running[$0] }
            }
            if busy.isEmpty { return }
            await Task.yield()
            // Most steps end at once, and asking takes a process.
            guard look.isMultiple(of: 200) else { continue }
            var isSettled = true
            for pid in busy {
                // Not begun yet: it will begin.
                guard let pid else {
                    isSettled = false
                    continue
                }
                let blocked = try target.number("SELECT cardinality(pg_blocking_pids(\(pid)))") ?? 0
                if blocked == 0 { isSettled = false }
            }
            if isSettled { return }
        }
    }
}
