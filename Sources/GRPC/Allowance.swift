/// So many events at once, and so many per second over time (the "leaky bucket as a meter").
///
/// One number is its whole state: the time at which the events so far would be used up if they had come at the rate
/// that is allowed for ever.
struct Allowance {
    private let interval: UInt64
    private let tolerance: UInt64
    private var due: UInt64 = 0

    /// - Parameters:
    ///   - burst: events at once, at least 1.
    ///   - perSecond: events per second from then on, at least 1.
    init(burst: Int, perSecond: Int) {
        let perSecond = UInt64(max(1, perSecond))
        // Rounded up, so that no second ever has one more.
        interval = (1_000_000_000 + perSecond - 1) / perSecond
        tolerance = interval * UInt64(max(1, burst))
    }

    /// Counts one event.
    /// - Parameter now: in nanoseconds; never goes back.
    /// - Returns: whether it was still allowed.
    mutating func take(at now: UInt64) -> Bool {
        let from = max(due, now)
        guard from - now < tolerance else { return false }
        due = from + interval
        return true
    }

    /// So many of the events that have been counted are forgiven.
    mutating func restore(_ events: Int) {
        let forgiven = interval * UInt64(max(0, events))
        due = due > forgiven ? due - forgiven : 0
    }
}
