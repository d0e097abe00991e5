/// Watches over the silence of the other side of a connection: asks with a PING, and gives it up when even that is not
/// answered. Anything that arrives is a sign of life.
struct Silence {
    enum Action: Equatable {
        case ping
        case giveUp
    }

    private var since: UInt64
    /// When the PING went out that nothing has answered yet.
    private var pingedAt: UInt64?

    init(now: UInt64) { since = now }

    /// What to do now.
    /// - Parameter hasSign: whether anything has arrived since this was last asked.
    mutating func timePassed(_ now: UInt64, hasSign: Bool, interval: Duration, timeout: Duration) -> Action? {
        if hasSign {
            since = now
            pingedAt = nil
        }
        if let pingedAt { return pingedAt.later(by: timeout) <= now ? .giveUp : nil }
        guard since.later(by: interval) <= now else { return nil }
        pingedAt = now
        return .ping
    }
}

extension UInt64 {
    /// A time in nanoseconds `duration` after this one; what lies beyond all clocks never comes.
    ///
    /// - Parameter perMille: the part of the duration that counts.
    func later(by duration: Duration, perMille: Int = 1000) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return self }
        guard seconds < 1 << 32 else { return .max }
        let nanoseconds = UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
        let (sum, overflow) = addingReportingOverflow(nanoseconds / 1000 * UInt64(perMille) + nanoseconds % 1000)
        return overflow ? .max : sum
    }
}
