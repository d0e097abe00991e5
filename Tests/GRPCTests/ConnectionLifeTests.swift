import Testing

@testable import GRPC

/// The life of a server's connection, without clock and socket.
@Suite(.timeLimit(.minutes(5)))
struct ConnectionLifeTests {
    private typealias State = ConnectionLife.State
    private typealias Action = ConnectionLife.Action

    private enum Event: CaseIterable { case settings, drain, dismiss, goAwaySent, pingAnswered }

    private static let second: UInt64 = 1_000_000_000

    private func after(_ events: [Event]) -> ConnectionLife {
        var life = ConnectionLife(ServerLimits(), now: 0, spread: 0)
        for event in events { _ = apply(event, to: &life) }
        return life
    }

    private func apply(_ event: Event, to life: inout ConnectionLife) -> Action? {
        switch event {
        case .settings: life.settingsArrived()
        case .drain: return life.drain()
        case .dismiss: return life.dismiss()
        case .goAwaySent: return life.goAwaySent()
        case .pingAnswered: return life.pingAnswered()
        }
        return nil
    }

    /// How each state is reached, and what each event leads to in it; what is not listed changes nothing.
    @Test func everyTransition() {
        let paths: [(State, [Event])] = [
            (.opening, []), (.serving, [.settings]), (.announcing, [.settings, .drain]),
            (.announced, [.settings, .drain, .goAwaySent]),
            (.refusing, [.settings, .drain, .goAwaySent, .pingAnswered]),
        ]
        for (state, path) in paths {
            for event in Event.allCases {
                var life = after(path)
                #expect(life.state == state)
                let action = apply(event, to: &life)
                let (next, expected): (State, Action?) =
                    switch (state, event) {
                    case (.opening, .settings): (.serving, nil)
                    case (.opening, .drain), (.serving, .drain): (.announcing, .announce)
                    case (.announcing, .goAwaySent): (.announced, .pingForEnd)
                    case (.announced, .pingAnswered): (.refusing, .refuse)
                    case (_, .dismiss) where state != .refusing: (.refusing, .refuse)
                    default: (state, nil)
                    }
                #expect(life.state == next && action == expected, "\(event) in \(state)")
            }
        }
    }

    /// What time brings, second by second, as (second, action), while nothing happens but what `signs` tells.
    private func actions(
        _ limits: ServerLimits, until last: UInt64, spread: Int = 0, settles: Bool = true,
        signs: (UInt64) -> (calls: Bool, read: Bool, headers: Bool) = { _ in (false, true, false) }
    ) -> [(UInt64, Action)] {
        var life = ConnectionLife(limits, now: 0, spread: spread)
        if settles { life.settingsArrived() }
        var seen: [(UInt64, Action)] = []
        for second in 1...last {
            let sign = signs(second)
            let action = life.timePassed(
                second * Self.second, limits, hasCalls: sign.calls, hasRead: sign.read,
                isInsideHeaders: sign.headers)
            guard let action else { continue }
            seen.append((second, action))
            if case .end = action { return seen }
        }
        return seen
    }

    private func expect(_ seen: [(UInt64, Action)], _ expected: [(UInt64, Action)]) {
        #expect(seen.map(\.0) == expected.map(\.0))
        #expect(seen.map(\.1) == expected.map(\.1))
    }

    @Test func aHandshakeHasItsTime() {
        expect(actions(ServerLimits(), until: 30, settles: false), [(10, .end(.handshakeTimeout))])
    }

    @Test func anIdleConnectionIsAnnouncedAndThenCutOff() {
        var limits = ServerLimits()
        limits.maximumIdle = .seconds(100)
        expect(actions(limits, until: 500), [(100, .announce), (120, .end(.idle))])
        // A call in between starts the time anew.
        let seen = actions(limits, until: 250) { (calls: $0 == 60, read: true, headers: false) }
        expect(seen, [(160, .announce), (180, .end(.idle))])
        // A call that crosses the announcement is lawful, and has the grace of an age.
        limits.maximumAgeGrace = .seconds(60)
        let crossed = actions(limits, until: 500) { (calls: $0 > 110, read: true, headers: false) }
        expect(crossed, [(100, .announce), (180, .end(.age))])
        limits.maximumIdle = nil
        expect(actions(limits, until: 7000), [])
    }

    @Test func anOldConnectionIsAnnouncedAndItsCallsGetTheGrace() {
        var limits = ServerLimits()
        limits.maximumAge = .seconds(1000)
        limits.maximumAgeGrace = .seconds(60)
        for (spread, age) in [(-100, UInt64(900)), (0, 1000), (100, 1100)] {
            let seen = actions(limits, until: 5000, spread: spread) { _ in (calls: true, read: true, headers: false) }
            expect(seen, [(age, .announce), (age + 60, .end(.age))])
        }
    }

    @Test func aSilentClientIsAskedOnceAndThenGone() {
        expect(
            actions(ServerLimits(), until: 500) { _ in (calls: true, read: false, headers: false) },
            [(60, .pingForLife), (80, .end(.keepaliveTimeout))])
        // The answer at second 79 counts, and one at second 140 too.
        let seen = actions(ServerLimits(), until: 250) { (calls: true, read: $0 == 79 || $0 == 140, headers: false) }
        expect(seen, [(60, .pingForLife), (139, .pingForLife), (200, .pingForLife), (220, .end(.keepaliveTimeout))])
        var limits = ServerLimits()
        limits.keepaliveInterval = nil
        expect(actions(limits, until: 500) { _ in (calls: true, read: false, headers: false) }, [])
    }

    @Test func headersHaveTheirTime() {
        expect(
            actions(ServerLimits(), until: 50) { (calls: true, read: true, headers: $0 >= 5) },
            [(15, .end(.headersTimeout))])
        // Two blocks one after the other are not one long one.
        expect(actions(ServerLimits(), until: 50) { (calls: true, read: true, headers: $0 % 10 != 0) }, [])
    }

    @Test func timesAreLookedAtOftenEnough() {
        #expect(ConnectionLife.lookInterval(ServerLimits()) == .milliseconds(2500))
        var limits = ServerLimits()
        limits.keepaliveInterval = .milliseconds(40)
        #expect(ConnectionLife.lookInterval(limits) == .milliseconds(10))
        limits.maximumAgeGrace = .zero
        #expect(ConnectionLife.lookInterval(limits) == .milliseconds(5))
    }
}
