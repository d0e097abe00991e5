/// How long a server's connection lives, and the steps in which it ends. Told what happens and what time it is, it says
/// what to do; it keeps no clock and touches no socket.
///
/// States: *opening* until the client's SETTINGS, then *serving*; then *announcing* (the first GOAWAY is queued),
/// *announced* (it is out, and a PING follows), *refusing* (the PING is answered, and the final GOAWAY names the last
/// call; RFC 9113 section 6.8). A connection that refuses and has no call ends.
struct ConnectionLife {
    enum State: Equatable { case opening, serving, announcing, announced, refusing }

    enum Action: Equatable {
        /// Send the GOAWAY that refuses nothing yet.
        case announce
        /// Send the PING whose answer says that the client knows of the end.
        case pingForEnd
        /// Send the GOAWAY that names the last call.
        case refuse
        /// Send a PING to see whether anybody is there.
        case pingForLife
        case end(ConnectionEnd)
    }

    private(set) var state = State.opening
    private let began: UInt64
    /// When the connection has lived long enough; differs a little from one to the next, so that connections that were
    /// made together do not end together.
    private let aged: UInt64
    private var idleSince: UInt64
    private var silence: Silence
    private var headersSince: UInt64?
    /// When the end that was announced comes, calls or not, and for what reason.
    private var cutOff: (at: UInt64, end: ConnectionEnd)?

    /// - Parameter spread: -100 to 100: per mille by which this connection's age differs from the limit.
    init(_ limits: ServerLimits, now: UInt64, spread: Int) {
        began = now
        idleSince = now
        silence = Silence(now: now)
        aged = limits.maximumAge.map { now.later(by: $0, perMille: 1000 + spread) } ?? .max
    }

    var isLeaving: Bool { state != .opening && state != .serving }

    // MARK: - What happens

    /// The client's first SETTINGS have arrived.
    mutating func settingsArrived() { if state == .opening { state = .serving } }

    mutating func drain() -> Action? {
        guard !isLeaving else { return nil }
        state = .announcing
        return .announce
    }

    /// The end begins without a first warning.
    mutating func dismiss() -> Action? {
        guard state != .refusing else { return nil }
        state = .refusing
        return .refuse
    }

    /// Only now, because the library would send the PING before the GOAWAY.
    mutating func goAwaySent() -> Action? {
        guard state == .announcing else { return nil }
        state = .announced
        return .pingForEnd
    }

    /// The PING of `pingForEnd` is answered.
    mutating func pingAnswered() -> Action? {
        guard state == .announced else { return nil }
        state = .refusing
        return .refuse
    }

    // MARK: - Time

    /// How often time is looked at.
    static func lookInterval(_ limits: ServerLimits) -> Duration {
        let times = [limits.handshakeTimeout, limits.headersTimeout, limits.keepaliveTimeout, limits.maximumAgeGrace]
        let optional = [limits.maximumIdle, limits.maximumAge, limits.keepaliveInterval].compactMap(\.self)
        let shortest = (times + optional).min() ?? .seconds(5)
        return min(max(shortest / 4, .milliseconds(5)), .seconds(5))
    }

    /// What to do now, under the limits that `init` was given.
    /// - Parameters:
    ///   - hasCalls: whether there is a call, or has been one since the last time this was asked.
    ///   - hasRead: whether anything has arrived since then.
    ///   - isInsideHeaders: whether a block of headers is incomplete.
    mutating func timePassed(
        _ now: UInt64, _ limits: ServerLimits, hasCalls: Bool, hasRead: Bool, isInsideHeaders: Bool
    ) -> Action? {
        if state == .opening {
            return began.later(by: limits.handshakeTimeout) <= now ? .end(.handshakeTimeout) : nil
        }
        if hasCalls { idleSince = now }
        if let cutOff, cutOff.at <= now {
            // The first GOAWAY refuses nothing: a call that crossed it has the grace of an age.
            guard cutOff.end == .idle, hasCalls else { return .end(cutOff.end) }
            self.cutOff = (now.later(by: limits.maximumAgeGrace), .age)
        }
        return slowHeaders(now, limits, isInsideHeaders) ?? quiet(now, limits, hasRead) ?? idleness(now, limits)
            ?? age(now, limits)
    }

    private mutating func slowHeaders(_ now: UInt64, _ limits: ServerLimits, _ isInsideHeaders: Bool) -> Action? {
        guard isInsideHeaders else {
            headersSince = nil
            return nil
        }
        let since = headersSince ?? now
        headersSince = since
        return since.later(by: limits.headersTimeout) <= now ? .end(.headersTimeout) : nil
    }

    private mutating func quiet(_ now: UInt64, _ limits: ServerLimits, _ hasRead: Bool) -> Action? {
        guard let interval = limits.keepaliveInterval else { return nil }
        return switch silence.timePassed(now, hasSign: hasRead, interval: interval, timeout: limits.keepaliveTimeout) {
        case .ping: .pingForLife
        case .giveUp: .end(.keepaliveTimeout)
        case nil: nil
        }
    }

    private mutating func idleness(_ now: UInt64, _ limits: ServerLimits) -> Action? {
        guard !isLeaving, let limit = limits.maximumIdle, idleSince.later(by: limit) <= now else {
            return nil
        }
        cutOff = (now.later(by: limits.keepaliveTimeout), .idle)
        return drain()
    }

    private mutating func age(_ now: UInt64, _ limits: ServerLimits) -> Action? {
        guard !isLeaving, aged <= now else { return nil }
        cutOff = (now.later(by: limits.maximumAgeGrace), .age)
        return drain()
    }
}
