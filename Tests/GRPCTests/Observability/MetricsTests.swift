import EventLoop
import Synchronization
import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(5)))
struct MetricsTests {
    private func text(_ registry: MetricsRegistry) async -> [Substring] {
        String(decoding: await registry.render(), as: UTF8.self).split(separator: "\n")
    }

    @Test func theTextIsAsTheFormatWantsIt() async {
        let registry = MetricsRegistry()
        registry.add { text in
            text.family("a", .counter, help: "One \"and\"\ntwo.")
            text.sample(.count(7), [.init("x", "b\\c\"d\ne"), .init("y", "")])
            text.family("b_seconds", .histogram, unit: "seconds", help: "Times.")
            text.histogram([], bounds: [100_000, 2_500_000_000], buckets: [1, 2, 3], sum: 1_000_000_001)
        }
        registry.add { text in
            text.family("c", .info, help: "A build.")
            text.sample(.count(1), [.init("v", "1")])
            text.family("d_seconds", .gauge, unit: "seconds", help: "A time.")
            text.sample(.nanoseconds(3_000_000_000))
        }
        let expected = #"""
            # TYPE a counter
            # HELP a One \"and\"\ntwo.
            a_total{x="b\\c\"d\ne",y=""} 7
            # TYPE b_seconds histogram
            # UNIT b_seconds seconds
            # HELP b_seconds Times.
            b_seconds_bucket{le="0.0001"} 1
            b_seconds_bucket{le="2.5"} 3
            b_seconds_bucket{le="+Inf"} 6
            b_seconds_count 6
            b_seconds_sum 1.000000001
            # TYPE c info
            # HELP c A build.
            c_info{v="1"} 1
            # TYPE d_seconds gauge
            # UNIT d_seconds seconds
            # HELP d_seconds A time.
            d_seconds 3.0
            # EOF

            """#
        let rendered = await registry.render()
        #expect(String(decoding: rendered, as: UTF8.self) == expected)
    }

    /// Every call is counted once, on whatever loop it ran, and foreign names make no series.
    @Test func callsAreSummedOverTheLoops() async throws {
        var router = Router()
        router.unary(Methods.echo) { request, _ in
            if request.isEmpty { throw Status(.notFound) }
            return request
        }
        let registry = MetricsRegistry()
        try await Pair.with(isSecure: false, loops: 2, router: router) { pair in
            pair.server.register(in: registry)
            for index in 0..<4 {
                let peer = RawPeer(port: pair.port)
                peer.headers(1)
                peer.data(1, RawPeer.message(index == 0 ? [] : [1, 2]), endStream: true)
                _ = await peer.response(1)
                peer.headers(3, RawPeer.post.map { $0.0 == ":path" ? ($0.0, "/made.up/Name\(index)") : $0 })
                _ = await peer.response(3)
            }
            let lines = await text(registry)
            let echo = #"grpc_service="test.Echo",grpc_method="Unary""#
            let unknown = #"grpc_service="unknown",grpc_method="unknown""#
            #expect(lines.contains(#"grpc_server_handled_total{\#(echo),grpc_code="OK"} 3"#))
            #expect(lines.contains(#"grpc_server_handled_total{\#(echo),grpc_code="NOT_FOUND"} 1"#))
            #expect(lines.contains(#"grpc_server_handled_total{\#(unknown),grpc_code="UNIMPLEMENTED"} 4"#))
            #expect(lines.contains("grpc_server_msg_received_total{\(echo)} 4"))
            #expect(lines.contains("grpc_server_msg_sent_total{\(echo)} 3"))
            #expect(lines.contains("grpc_server_received_bytes_total{\(echo)} 26"))
            #expect(lines.contains("grpc_server_sent_bytes_total{\(echo)} 21"))
            #expect(lines.contains(#"grpc_server_handling_seconds_bucket{\#(echo),le="+Inf"} 4"#))
            #expect(lines.contains("grpc_server_handling_seconds_count{\(echo)} 4"))
            #expect(!lines.contains { $0.contains("made.up") })
        }
    }

    @Test func whatIsUnderWayIsCounted() async throws {
        let began = Signal()
        var router = Router()
        router.stream(Methods.chat) { call in
            began.fire()
            while try await call.receive() != nil {}
        }
        let registry = MetricsRegistry()
        try await Pair.with(router: router) { pair in
            pair.server.register(in: registry)
            let call = try await pair.client.open(Methods.chat)
            await began.wait()
            let during = await text(registry)
            #expect(during.contains("grpc_server_calls_in_flight 1"))
            #expect(during.contains("grpc_server_connections_open 1"))
            try await call.finish()
            while try await call.receive() != nil {}
        }
    }

    @Test func theProcessDescribesItself() async throws {
        let registry = MetricsRegistry()
        ProcessMetrics.register(in: registry)
        let lines = await text(registry)
        for name in [
            "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_max_fds",
            "process_start_time_seconds",
        ] {
            let line = try #require(lines.first { $0.hasPrefix(name + " ") }, "\(name)")
            #expect(!line.hasSuffix(" 0"), "\(line)")
        }
    }

    // MARK: - Pages

    private func page(
        _ fields: [(String, String)], _ handler: @escaping PageHandler
    ) async throws -> [RawPeer.Frame] {
        var router = Router()
        router.page("/metrics", handler)
        var frames: [RawPeer.Frame] = []
        try await Pair.with(isSecure: false, router: router) { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1, fields, endStream: true)
            frames = await peer.response(1)
        }
        return frames
    }

    private static let get = [
        (":method", "GET"), (":scheme", "http"), (":path", "/metrics"), (":authority", "test"),
    ]

    @Test func aPageIsPlainHTTP() async throws {
        let body = [UInt8](repeating: 65, count: 40_000)
        let frames = try await page(Self.get) { _ in Page(contentType: "text/plain", body: body) }
        #expect(frames.first?.payload.first == 0x88)  // ":status: 200" is entry 8 of the static table
        #expect(frames.filter { $0.type == RawPeer.Frame.data }.flatMap(\.payload) == body)
        #expect(frames.last?.type == RawPeer.Frame.data)
    }

    @Test func whoMayNotSeeAPageGetsAnHTTPStatus() async throws {
        let frames = try await page(Self.get) { _ in throw Status(.permissionDenied, "secret") }
        // HPACK keeps ":status" as name 8; "403" follows as text, with Huffman's code or without.
        #expect(frames.map(\.type) == [RawPeer.Frame.headers])
        #expect(frames.first?.payload.count ?? 99 < 8)
        let post = try await page(RawPeer.post.map { $0.0 == ":path" ? ($0.0, "/metrics") : $0 }) { _ in
            throw Status(.internal)
        }
        #expect(post.map(\.type) == [RawPeer.Frame.headers])
    }
}
