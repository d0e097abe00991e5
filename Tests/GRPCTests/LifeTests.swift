import EventLoop
import GRPC
import Testing

/// Times and floods on the wire, and that others are served meanwhile.
@Suite(.timeLimit(.minutes(5)))
struct LifeTests {
    private typealias Frame = RawPeer.Frame

    private var router: Router {
        var router = Router()
        router.unary(Methods.echo) { request, _ in request }
        return router
    }

    private func with(
        _ change: (inout ServerLimits) -> Void, router: Router? = nil, isSecure: Bool = false,
        _ body: (Pair) async throws -> Void
    ) async throws {
        var limits = ServerLimits()
        change(&limits)
        try await Pair.with(isSecure: isSecure, limits: limits, router: router ?? self.router, body)
    }

    /// The number of connections that have ended for this reason.
    private func ended(_ reason: String, _ pair: Pair) async -> String? {
        let registry = MetricsRegistry()
        pair.server.register(in: registry)
        let name = "grpc_server_connections_ended_total{reason=\"\(reason)\"} "
        let lines = String(decoding: await registry.render(), as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
    }

    private func expectServed(_ pair: Pair) async throws {
        let answer = try await pair.client.unary(Methods.echo, [1])
        #expect(answer == [1])
    }

    // MARK: - Times

    @Test func anIdleConnectionIsEndedInOrder() async throws {
        try await with {
            $0.maximumIdle = .milliseconds(40)
            $0.keepaliveTimeout = .seconds(20)
        } _: { pair in
            let peer = RawPeer(port: pair.port)
            let ping = await peer.frames { $0.type == Frame.ping }
            #expect(ping.contains { $0.type == Frame.goAway && $0.code == 0 })
            peer.send(type: Frame.ping, flags: Frame.ack, stream: 0, ping.last?.payload ?? [])
            let rest = await peer.frames { _ in false }
            #expect(rest.map(\.type) == [Frame.goAway])
            try await expectServed(pair)
        }
    }

    @Test func anIdlePeerThatDoesNotAnswerIsCutOff() async throws {
        try await with {
            $0.maximumIdle = .milliseconds(20)
            $0.keepaliveTimeout = .milliseconds(20)
        } _: { pair in
            _ = await RawPeer(port: pair.port).frames { _ in false }
            let count = await ended("idle", pair)
            #expect(count == "1")
        }
    }

    /// Every call is answered although its connection ends again and again.
    @Test func aClientSurvivesTheAgeOfItsConnections() async throws {
        try await with {
            $0.maximumAge = .milliseconds(20)
        } _: { pair in
            while await ended("peer_left", pair) == "0" { try await expectServed(pair) }
            for _ in 0..<100 { try await expectServed(pair) }
        }
    }

    @Test func aCallPastTheGraceOfAnOldConnectionIsCutOff() async throws {
        let cancelled = Signal()
        var router = Router()
        router.unary(Methods.echo) { _, _ in
            defer { cancelled.fire() }
            try await neverEnd()
            return []
        }
        try await with(
            {
                $0.maximumAge = .milliseconds(20)
                $0.maximumAgeGrace = .milliseconds(20)
            }, router: router
        ) { pair in
            let thrown = await status { _ = try await pair.client.unary(Methods.echo, [1]) }
            #expect(thrown?.code == .unavailable)
            await cancelled.wait()
            let count = await ended("age", pair)
            #expect(count == "1")
        }
    }

    /// The peer neither closes nor answers, as when its machine has vanished; its call has no deadline.
    @Test func theCallOfAVanishedPeerEnds() async throws {
        let cancelled = Signal()
        var router = Router()
        router.unary(Methods.echo) { _, _ in
            defer { cancelled.fire() }
            try await neverEnd()
            return []
        }
        try await with(
            {
                $0.keepaliveInterval = .milliseconds(20)
                $0.keepaliveTimeout = .milliseconds(20)
            }, router: router
        ) { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1)
            peer.data(1, RawPeer.message([1]), endStream: true)
            await cancelled.wait()
            let seen = await peer.frames { _ in false }
            #expect(seen.filter { $0.type == Frame.ping }.count == 1)
            let count = await ended("keepalive_timeout", pair)
            #expect(count == "1")
        }
    }

    @Test func aQuietPeerThatAnswersPingsStays() async throws {
        try await with {
            $0.keepaliveInterval = .milliseconds(10)
            $0.keepaliveTimeout = .seconds(20)
        } _: { pair in
            let peer = RawPeer(port: pair.port)
            for _ in 0..<5 {
                let ping = await peer.frames { $0.type == Frame.ping }.last
                #expect(ping?.flags == 0)
                peer.send(type: Frame.ping, flags: Frame.ack, stream: 0, ping?.payload ?? [])
            }
            peer.headers(1)
            peer.data(1, RawPeer.message([1]), endStream: true)
            let answer = await peer.response(1)
            #expect(answer.count == 3)
        }
    }

    @Test(arguments: [0, 4, 9, 12])
    func slowHeadersAreCutOff(_ bytes: Int) async throws {
        try await with {
            $0.headersTimeout = .milliseconds(30)
        } _: { pair in
            let peer = RawPeer(port: pair.port)
            let block = RawPeer.block()
            // Either the first frame stops in the middle, or the next never comes.
            let whole = bytes == 0 ? block.count : 50
            peer.send([0, 0, UInt8(whole), Frame.headers, 0, 0, 0, 0, 1] + block.prefix(bytes == 0 ? whole : bytes))
            let goAway = await peer.frames { $0.type == Frame.goAway }.last
            #expect(goAway?.code == 11)
            let count = await ended("headers_timeout", pair)
            #expect(count == "1")
            try await expectServed(pair)
        }
    }

    @Test(arguments: [true, false])
    func aHandshakeThatStopsIsCutOff(_ isSecure: Bool) async throws {
        try await with(
            { $0.handshakeTimeout = .milliseconds(30) }, isSecure: isSecure
        ) { pair in
            // The first bytes of a TLS record, or of HTTP/2's preface.
            let peer = RawPeer(port: pair.port, sendsPreface: false)
            peer.send(isSecure ? [22, 3, 1] : Array("PRI * HTTP".utf8))
            _ = await peer.frames { _ in false }
            let count = await ended("handshake_timeout", pair)
            #expect(count == "1")
        }
    }

    // MARK: - Floods

    enum Flood: String, CaseIterable, Sendable {
        case resets = "reset_flood"
        case pings = "control_flood"
        case settings, priorities, unknown, padding
        case emptyData = "empty_frame_flood"
        case continuations = "continuation_flood"
        case provokedResets

        var reason: String {
            switch self {
            case .settings, .priorities, .unknown: "control_flood"
            case .provokedResets: "reset_flood"
            case .padding: "empty_frame_flood"
            default: rawValue
            }
        }
    }

    private func send(_ flood: Flood, _ count: Int, _ peer: RawPeer) {
        if flood == .emptyData || flood == .padding { peer.headers(1) }
        if flood == .continuations { peer.send(type: Frame.headers, flags: 0, stream: 1, RawPeer.block()) }
        for index in 0..<count {
            let stream = UInt32(index * 2 + 1)
            switch flood {
            case .resets:
                peer.headers(stream)
                peer.send(type: Frame.reset, flags: 0, stream: stream, [0, 0, 0, 8])
            case .provokedResets:
                peer.headers(stream)
                peer.send(type: Frame.windowUpdate, flags: 0, stream: stream, [0x7F, 0xFF, 0xFF, 0xFF])
            case .pings: peer.send(type: Frame.ping, flags: 0, stream: 0, [0, 0, 0, 0, 0, 0, 0, 0])
            case .settings: peer.send(type: Frame.settings, flags: 0, stream: 0, [])
            case .priorities: peer.send(type: Frame.priority, flags: 0, stream: 1, [0, 0, 0, 0, 0])
            case .unknown: peer.send(type: 0xEE, flags: 0, stream: 0, [])
            case .emptyData: peer.data(1, [])
            case .padding: peer.send(type: Frame.data, flags: Frame.padded, stream: 1, [3, 0, 0, 0])
            case .continuations:
                peer.send(type: Frame.continuation, flags: 0, stream: 1, RawPeer.block([("x-more", "a")]))
            }
        }
    }

    /// One below the limit is served on, one past it ends the connection, is counted, and disturbs nobody else.
    @Test(arguments: Flood.allCases)
    func aFloodEndsTheConnectionAndNoOther(_ flood: Flood) async throws {
        try await with {
            ($0.resetBurst, $0.resetsPerSecond) = (20, 1)
            ($0.controlBurst, $0.controlsPerSecond) = (20, 1)
            ($0.emptyFrameBurst, $0.emptyFramesPerSecond) = (20, 1)
        } _: { pair in
            let limit = flood == .continuations ? 8 : 20
            // The peer's own SETTINGS and PINGs count too, and the last CONTINUATION.
            let extra = flood == .continuations ? 1 : flood.reason == "control_flood" ? 3 : 0
            let polite = RawPeer(port: pair.port)
            send(flood, limit - extra, polite)
            if flood == .continuations {
                polite.send(type: Frame.continuation, flags: Frame.endHeaders, stream: 1, [])
            }
            let hostile = RawPeer(port: pair.port)
            send(flood, limit + 20, hostile)
            let seen = await hostile.frames { $0.type == Frame.goAway }
            #expect(seen.last?.code == 11)
            let rest = await hostile.frames { _ in false }
            #expect(rest.isEmpty)
            let count = await ended(flood.reason, pair)
            #expect(count == "1")
            try await expectServed(pair)
            guard flood != .continuations else { return }
            let mark: [UInt8] = [9, 9, 9, 9, 9, 9, 9, 9]
            polite.send(type: Frame.ping, flags: 0, stream: 0, mark)
            let answer = await polite.frames { $0.type == Frame.ping && $0.payload == mark }.last
            #expect(answer?.flags == Frame.ack)
        }
    }
}
