import EventLoop
import GRPC
import Logging
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ShutdownTests {
    private typealias Frame = RawPeer.Frame

    @Test func aRunningCallEndsAndTwoGoAwaysAreSent() async throws {
        let began = Signal()
        let gate = Signal()
        var router = Router()
        router.unary(Methods.echo) { request, _ in
            began.fire()
            await gate.wait()
            return request
        }
        try await Pair.with(isSecure: false, router: router) { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1)
            peer.data(1, RawPeer.message([1]), endStream: true)
            await began.wait()
            async let shutdown: Void = pair.server.shutdown(grace: .seconds(30))
            let first = await peer.frames { $0.type == Frame.goAway }.last
            #expect(first?.payload.prefix(4) == [0x7F, 0xFF, 0xFF, 0xFF])
            // A call that was on its way when the first GOAWAY arrived is still taken on.
            peer.headers(3)
            peer.data(3, RawPeer.message([3]), endStream: true)
            let ping = await peer.frames { $0.type == Frame.ping && $0.flags == 0 }.last
            peer.send(type: Frame.ping, flags: 1, stream: 0, ping?.payload ?? [])
            let second = await peer.frames { $0.type == Frame.goAway }.last
            #expect(second?.payload == [0, 0, 0, 3, 0, 0, 0, 0])
            gate.fire()
            let rest = await peer.frames { _ in false }
            for stream in [UInt32(1), 3] {
                #expect(rest.filter { $0.stream == stream }.map(\.type) == [Frame.headers, Frame.data, Frame.headers])
            }
            await shutdown
        }
    }

    /// The answer is in the kernel when the connection ends, and the client goes on sending: nothing of it is lost.
    @Test func aClientThatReadsLateGetsAllOfItsAnswer() async throws {
        let size = 512 << 10
        var router = Router()
        router.unary(Methods.echo) { _, _ in [UInt8](repeating: 7, count: size) }
        try await Pair.with(isSecure: false, router: router) { pair in
            let peer = RawPeer(port: pair.port, receiveBuffer: 4096)
            for stream in [UInt32(0), 1] {
                if stream == 1 { peer.headers(1) }
                peer.send(type: Frame.windowUpdate, flags: 0, stream: stream, [0, 0x10, 0, 0])
            }
            peer.data(1, RawPeer.message([1]), endStream: true)
            while await !isAnswered(pair) { await Task.yield() }
            async let shutdown: Void = pair.server.shutdown(grace: .zero)
            let first = await peer.frames { $0.type == Frame.data }
            peer.send(type: Frame.windowUpdate, flags: 0, stream: 0, [0, 0, 0x40, 0])
            peer.send(type: Frame.ping, flags: 0, stream: 0, [0, 0, 0, 0, 0, 0, 0, 0])
            let frames = first + (await peer.frames { _ in false })
            let data = frames.filter { $0.type == Frame.data }
            #expect(data.reduce(0) { $0 + $1.payload.count } == size + 5)
            #expect(frames.last { $0.stream == 1 }?.type == Frame.headers)
            #expect(frames.last?.type == Frame.goAway)
            await shutdown
        }
    }

    /// Whether the one call has ended, and all of its answer has been written.
    private func isAnswered(_ pair: Pair) async -> Bool {
        let registry = MetricsRegistry()
        pair.server.register(in: registry)
        let text = String(decoding: await registry.render(), as: UTF8.self)
        return text.contains("grpc_server_handled_total{") && text.contains("grpc_server_calls_in_flight 0\n")
    }

    @Test func aCallThatDoesNotEndIsCutOffAfterTheGrace() async throws {
        let began = Signal()
        let cancelled = Signal()
        var router = Router()
        router.unary(Methods.echo) { request, _ in
            began.fire()
            defer { if Task.isCancelled { cancelled.fire() } }
            try await neverEnd()
            return request
        }
        try await Pair.with(router: router) { pair in
            async let outcome = status { _ = try await pair.client.unary(Methods.echo, [1]) }
            await began.wait()
            await pair.server.shutdown(grace: .milliseconds(20))
            await cancelled.wait()
            let thrown = await outcome
            #expect(thrown?.code == .unavailable)
        }
    }

    @Test func aClientMovesOnToTheNextServer() async throws {
        var router = Router()
        router.unary(Methods.echo) { request, _ in request }
        try await Pair.with(router: router) { pair in
            _ = try await pair.client.unary(Methods.echo, [1])
            await pair.server.shutdown(grace: .seconds(5))
            let refused = await status { _ = try await pair.client.unary(Methods.echo, [2]) }
            #expect(refused?.code == .unavailable)
            let successor = Server(
                configuration: ServerConfiguration(host: "127.0.0.1", port: pair.port, tls: Pair.serverTLS),
                router: router, group: pair.serverLoops, logger: Logger(label: "test"))
            _ = try await successor.start()
            var options = CallOptions()
            options.waitsForReady = true
            let answer = try await pair.client.unary(Methods.echo, [3], options: options)
            #expect(answer == [3])
            await successor.shutdown(grace: .seconds(5))
        }
    }

    @Test func anIdleServerShutsDownAtOnce() async throws {
        try await Pair.with(router: Router()) { pair in
            await pair.server.shutdown(grace: .seconds(3600))
        }
    }

    @Test func aClosedClientRefusesCalls() async throws {
        try await Pair.with(router: Router()) { pair in
            await pair.client.close()
            let thrown = await status { _ = try await pair.client.unary(Methods.echo, [1]) }
            #expect(thrown?.code == .unavailable)
        }
    }
}
