import Dispatch
import EventLoop

/// Hands out the instants at which calls are due. Confined to its loop.
///
/// The plan does not wait for the server: a call that starts late because the ones before it were slow is still timed
/// from the instant at which it was due (no coordinated omission). A dispatch timer wakes it, since a loop's own timers
/// know whole milliseconds only.
final class Pacer: @unchecked Sendable {  // confined to its loop, to which the timer's handler moves
    private let loop: EventLoop
    private let interval: UInt64
    private var due: UInt64
    private var waiters: [(due: UInt64, continuation: UnsafeContinuation<Void, Never>)] = []
    private var first = 0
    private let timer = DispatchSource.makeTimerSource(flags: .strict)

    /// - Parameters:
    ///   - start: when the first call is due, on the clock of `EventLoop.now`.
    ///   - interval: nanoseconds from one call to the next.
    init(loop: EventLoop, start: UInt64, interval: UInt64) {
        self.loop = loop
        due = start
        self.interval = interval
        timer.setEventHandler { [weak self] in
            // Once the last call is made, the timer may fire once more.
            guard let self else { return }
            self.loop.execute { self.fired() }
        }
        timer.activate()
    }

    /// Waits for the next call's turn.
    /// - Returns: when the call was due.
    func next() async -> UInt64 {
        let mine = due
        due += interval
        guard mine > EventLoop.now else { return mine }
        await withUnsafeContinuation { continuation in
            waiters.append((mine, continuation))
            if waiters.count == first + 1 { arm(at: EventLoop.now) }
        }
        return mine
    }

    /// After this no call may wait.
    func close() {
        timer.cancel()
    }

    private func fired() {
        let now = EventLoop.now
        while first < waiters.count, waiters[first].due <= now {
            waiters[first].continuation.resume()
            first += 1
        }
        if first == waiters.count {
            waiters.removeAll(keepingCapacity: true)
            first = 0
        } else {
            arm(at: now)
        }
    }

    private func arm(at now: UInt64) {
        let due = waiters[first].due
        timer.schedule(deadline: .now() + .nanoseconds(due > now ? Int(due - now) : 0), leeway: .nanoseconds(0))
    }
}
