/// Pauses between attempts to connect: doubling, capped, and jittered so that clients do not come in step.
struct Backoff {
    static let first: UInt64 = 100_000_000
    static let maximum: UInt64 = 10_000_000_000

    private var ceiling = Backoff.first

    /// Nanoseconds to wait: between half of the ceiling and the ceiling, which then doubles.
    mutating func next(using generator: inout some RandomNumberGenerator) -> UInt64 {
        defer { ceiling = min(ceiling * 2, Backoff.maximum) }
        return UInt64.random(in: ceiling / 2...ceiling, using: &generator)
    }

    mutating func reset() { ceiling = Backoff.first }
}
