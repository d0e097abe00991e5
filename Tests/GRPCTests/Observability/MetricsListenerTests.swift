import Dispatch
import EventLoop
import GRPC
import Glibc
import Testing

@Suite(.timeLimit(.minutes(5)))
struct MetricsListenerTests {
    private func with(_ body: (Int) async throws -> Void) async throws {
        let group = EventLoopGroup(count: 1)
        let registry = MetricsRegistry()
        registry.add { text in
            text.family("a", .gauge, help: "A.")
            text.sample(.count(7))
        }
        let listener = MetricsListener(host: "127.0.0.1", port: 0, registry: registry, loop: group.loops[0])
        let port = try await listener.start()
        try await body(port)
        await listener.close()
        await Task.detached { group.shutdown() }.value
    }

    /// Sends bytes and reads until the connection ends, on a thread of its own.
    private func exchange(_ port: Int, _ request: String) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "scraper").async {
                let peer = RawPeer(port: port, sendsPreface: false)
                peer.send(Array(request.utf8))
                continuation.resume(returning: String(decoding: peer.readToEnd(), as: UTF8.self))
            }
        }
    }

    @Test func aScraperGetsTheText() async throws {
        try await with { port in
            for version in ["HTTP/1.1", "HTTP/1.0"] {
                let answer = await exchange(port, "GET /metrics?x=1 \(version)\r\nHost: localhost\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(answer.contains("\r\nContent-Type: application/openmetrics-text; version=1.0.0;"))
                let body = "# TYPE a gauge\n# HELP a A.\na 7\n# EOF\n"
                #expect(answer.contains("\r\nContent-Length: \(body.utf8.count)\r\n"))
                #expect(answer.hasSuffix("\r\n\r\n" + body))
            }
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", "404"), ("POST /metrics HTTP/1.1\r\n\r\n", "405"), ("hello\r\n\r\n", "400"),
        ("GET /metrics HTTP/2\r\n\r\n", "400"),
        ("GET /metrics HTTP/1.1\r\nX: " + String(repeating: "x", count: 9000), "431"),
    ])
    func allElseIsRefused(_ request: String, _ code: String) async throws {
        try await with { port in
            let answer = await exchange(port, request)
            #expect(answer.hasPrefix("HTTP/1.1 \(code) "), "\(answer)")
        }
    }

    @Test func aRequestInPiecesIsPutTogether() async throws {
        try await with { port in
            let peer = RawPeer(port: port, sendsPreface: false)
            for byte in "GET /metrics HTTP/1.1\r\n\r\n".utf8 { peer.send([byte]) }
            let answer = await exchange(port, "GET /metrics HTTP/1.1\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(String(decoding: peer.readToEnd(), as: UTF8.self).hasSuffix("# EOF\n"))
        }
    }

    @Test(arguments: ["0.0.0.0", "::"]) func onlyLoopbackIsServed(_ host: String) async {
        let group = EventLoopGroup(count: 1)
        let listener = MetricsListener(host: host, port: 0, registry: MetricsRegistry(), loop: group.loops[0])
        let thrown = await status { _ = try await listener.start() }
        #expect(thrown?.code == .invalidArgument)
        #expect(thrown?.message.contains(host) ?? false)
        await Task.detached { group.shutdown() }.value
    }
}
