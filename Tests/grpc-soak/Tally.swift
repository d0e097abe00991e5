import Synchronization

/// What all peers have done, by name, and what went wrong.
final class Tally: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var failures: [String] = []
    }
    private let state = Mutex(State())

    /// So many failures are told; more tell nothing new.
    private static let maximumFailures = 20

    func count(_ name: String) { state.withLock { $0.counts[name, default: 0] += 1 } }

    func fail(_ text: String) {
        state.withLock { if $0.failures.count < Tally.maximumFailures { $0.failures.append(text) } }
    }

    var counts: [String: Int] { state.withLock { $0.counts } }
    var failures: [String] { state.withLock { $0.failures } }
    var total: Int { counts.values.reduce(0, +) }
}
