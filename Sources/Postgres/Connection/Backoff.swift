/// How long to wait before the next attempt to connect: doubling, capped, and spread at random so that many clients
/// of one server do not come back at the same moment.
struct Backoff {
    private var attempts = 0
    let first: Duration
    let cap: Duration

    init(first: Duration, cap: Duration) {
        self.first = first
        self.cap = cap
    }

    var hasFailed: Bool { attempts > 0 }

    mutating func reset() { attempts = 0 }

    /// The next delay: between half and the whole of `first · 2^(n-1)`, at most `cap`.
    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let whole = min(first * (1 << min(attempts, 20)), cap)
        attempts += 1
        return whole / 1000 * Int.random(in: 500...1000, using: &generator)
    }
}
