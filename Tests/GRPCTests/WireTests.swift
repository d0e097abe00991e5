import GRPC
import Testing

/// What the server answers to frames that no proper client sends.
@Suite(.timeLimit(.minutes(5)))
struct WireTests {
    private typealias Frame = RawPeer.Frame

    private static let sleeper = MethodDescriptor(service: "test.Echo", method: "Sleep", kind: .unary)

    private func with(
        limits: ServerLimits = .init(), records: Mutexed<CallRecord> = .init(),
        _ body: (Pair) async throws -> Void
    ) async throws {
        var router = Router()
        router.unary(Methods.echo) { request, _ in request }
        router.unary(Self.sleeper) { request, _ in
            try await neverEnd()
            return request
        }
        router.onFinish = { records.append($0) }
        try await Pair.with(isSecure: false, limits: limits, router: router, body)
    }

    private func replacing(_ name: String, by value: String?) -> [(String, String)] {
        RawPeer.post.compactMap { $0.0 == name ? value.map { (name, $0) } : $0 }
    }

    @Test func aCallByHandIsAnswered() async throws {
        try await with { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1)
            peer.data(1, RawPeer.message([5, 6]), endStream: true)
            let frames = await peer.response(1)
            #expect(frames.map(\.type) == [Frame.headers, Frame.data, Frame.headers])
            #expect(frames[1].payload == [0, 0, 0, 0, 2, 5, 6])
        }
    }

    @Test func aMessageMayComeByteByByte() async throws {
        try await with { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1)
            for byte in RawPeer.message([5, 6]) { peer.data(1, [byte]) }
            peer.data(1, [], endStream: true)
            let answer1 = await peer.response(1)
            #expect(answer1.first { $0.type == Frame.data }?.payload == [0, 0, 0, 0, 2, 5, 6])
        }
    }

    @Test(
        arguments: [
            ("content-type", "text/plain", .unknown), (":method", "PUT", .unknown), (":path", "/none", .unimplemented),
            ("te", nil, .internal),
        ] as [(String, String?, StatusCode)])
    func aRequestThatIsRefusedGetsOneBlockAndIsReset(_ field: (String, String?, StatusCode)) async throws {
        let records = Mutexed<CallRecord>()
        try await with(records: records) { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1, replacing(field.0, by: field.1))
            let frames = await peer.response(1)
            #expect(frames.count == 1 && frames.first?.type == Frame.headers)
            #expect(records.all.map(\.status.code) == [field.2])
            // The request is still open: RFC 9113 section 8.1 says how to stop it.
            let reset = await peer.frames { $0.type == Frame.reset }.last
            #expect(reset?.payload == [0, 0, 0, 0])
            // The connection is still good.
            peer.headers(3)
            peer.data(3, RawPeer.message([1]), endStream: true)
            let answer3 = await peer.response(3)
            #expect(answer3.count == 3)
        }
    }

    @Test func twoMessagesOnAUnaryCallAreAnError() async throws {
        let records = Mutexed<CallRecord>()
        try await with(records: records) { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1)
            peer.data(1, RawPeer.message([1]) + RawPeer.message([2]), endStream: true)
            let answer1 = await peer.response(1)
            #expect(answer1.map(\.type) == [Frame.headers])
            #expect(records.all.map(\.status.code) == [.unimplemented])
        }
    }

    @Test func noMessageOnAUnaryCallIsAnError() async throws {
        let records = Mutexed<CallRecord>()
        try await with(records: records) { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1, endStream: true)
            let answer1 = await peer.response(1)
            #expect(answer1.map(\.type) == [Frame.headers])
            #expect(records.all.map(\.status.code) == [.unimplemented])
        }
    }

    @Test func aMessageCutShortIsAnError() async throws {
        let records = Mutexed<CallRecord>()
        try await with(records: records) { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1)
            peer.data(1, [0, 0, 0, 0, 9, 1], endStream: true)
            let answer1 = await peer.response(1)
            #expect(answer1.map(\.type) == [Frame.headers])
            #expect(records.all.map(\.status.code) == [.internal])
        }
    }

    /// 4 GiB are announced: the answer waits for none of them.
    @Test func aMessageThatIsAnnouncedTooLongIsRefusedAtOnce() async throws {
        let records = Mutexed<CallRecord>()
        try await with(records: records) { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1)
            peer.data(1, [0, 0xFF, 0xFF, 0xFF, 0xFF, 1])
            let answer1 = await peer.response(1)
            #expect(answer1.map(\.type) == [Frame.headers])
            #expect(records.all.map(\.status.code) == [.resourceExhausted])
        }
    }

    @Test func theServerKeepsDeadlinesByItself() async throws {
        let records = Mutexed<CallRecord>()
        try await with(records: records) { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1, replacing(":path", by: Self.sleeper.path) + [("grpc-timeout", "20m")])
            peer.data(1, RawPeer.message([1]), endStream: true)
            let answer1 = await peer.response(1)
            #expect(answer1.map(\.type) == [Frame.headers])
            #expect(records.all.map(\.status.code) == [.deadlineExceeded])
        }
    }

    @Test func oneStreamPastTheLimitIsRefused() async throws {
        var limits = ServerLimits()
        limits.maximumStreams = 3
        try await with(limits: limits) { pair in
            let peer = RawPeer(port: pair.port)
            for index in 0..<4 { peer.headers(UInt32(index * 2 + 1)) }
            let reset = await peer.frames { $0.type == Frame.reset }.last
            #expect(reset?.stream == 7)
            #expect(reset?.payload == [0, 0, 0, 7])
            peer.data(1, RawPeer.message([1]), endStream: true)
            let answer1 = await peer.response(1)
            #expect(answer1.count == 3)
        }
    }

    @Test func aFloodOfResetsEndsTheConnectionAndNoOther() async throws {
        var limits = ServerLimits()
        limits.resetBurst = 20
        limits.resetsPerSecond = 1
        try await with(limits: limits) { pair in
            let peer = RawPeer(port: pair.port)
            for index in 0..<200 {
                peer.headers(UInt32(index * 2 + 1))
                peer.send(type: Frame.reset, flags: 0, stream: UInt32(index * 2 + 1), [0, 0, 0, 8])
            }
            let seen = await peer.frames { $0.type == Frame.goAway }
            // ENHANCE_YOUR_CALM (RFC 9113 section 7).
            #expect(seen.last?.type == Frame.goAway && seen.last?.code == 11)
            let rest = await peer.frames { _ in false }
            #expect(rest.allSatisfy { $0.type != Frame.data })
            let answer = try await pair.client.unary(Methods.echo, [1])
            #expect(answer == [1])
        }
    }

    @Test func aSilentPeerIsCutOff() async throws {
        var limits = ServerLimits()
        limits.handshakeTimeout = .milliseconds(50)
        try await with(limits: limits) { pair in
            let peer = RawPeer(port: pair.port, sendsPreface: false)
            let seen = await peer.frames { _ in false }
            // SETTINGS, and a GOAWAY that finds no fault with anything that came.
            #expect(seen.allSatisfy { $0.stream == 0 })
            #expect(seen.last?.type == Frame.goAway && seen.last?.code == 0)
        }
    }

    @Test func noiseEndsTheConnection() async throws {
        try await with { pair in
            let peer = RawPeer(port: pair.port, sendsPreface: false)
            peer.send(Array("GET / HTTP/1.1\r\nHost: test\r\n\r\n".utf8))
            let seen = await peer.frames { _ in false }
            #expect(seen.allSatisfy { $0.stream == 0 })
        }
    }

    @Test func oneConnectionPastTheLimitIsClosed() async throws {
        var limits = ServerLimits()
        limits.maximumConnections = 1
        try await with(limits: limits) { pair in
            _ = try await pair.client.unary(Methods.echo, [1])
            let refused = await RawPeer(port: pair.port).next()
            #expect(refused == nil)
            _ = try await pair.client.unary(Methods.echo, [1])
        }
    }

    @Test func headersPastTheLimitAreAnswered() async throws {
        var limits = ServerLimits()
        limits.maximumHeaderBytes = 1000
        let records = Mutexed<CallRecord>()
        try await with(limits: limits, records: records) { pair in
            let peer = RawPeer(port: pair.port)
            let filler = (0..<10).map { ("x-filler-\($0)", String(repeating: "a", count: 90)) }
            peer.headers(1, RawPeer.post + filler, endStream: true)
            let answer1 = await peer.response(1)
            #expect(answer1.map(\.type) == [Frame.headers])
            #expect(records.all.map(\.status.code) == [.resourceExhausted])
        }
    }
}
