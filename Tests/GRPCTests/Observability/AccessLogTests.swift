import EventLoop
import Foundation
import Logging
import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(5)))
struct AccessLogTests {
    private struct Line: Decodable {
        let time: String
        let trace: String
        let span: String
        let method: String
        let status: String
        let duration_us: Int
        let received_messages: Int
        let received_bytes: Int
        let sent_messages: Int
        let sent_bytes: Int
        let certificate: String?
        let party: String?
    }

    /// What the log holds after calls to a server that is gone.
    private func lines(_ calls: (Client) async throws -> Void) async throws -> [Line] {
        let file = FileManager.default.temporaryDirectory.appending(path: "access-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let descriptor = open(file.path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let group = EventLoopGroup(count: 2)
        let log = AccessLog(descriptor: descriptor, group: group) { _ in [("party", "a\"b\\c\u{1}")] }
        var router = Router()
        router.unary(Methods.echo) { request, _ in request }
        router.onFinish = { log.write($0) }
        let server = Server(
            configuration: ServerConfiguration(host: "127.0.0.1", port: 0, tls: Pair.serverTLS), router: router,
            group: group, logger: Logger(label: "test"))
        let port = try await server.start()
        for loop in group.loops {
            let client = Client(
                configuration: ClientConfiguration(host: "127.0.0.1", port: port, tls: Pair.clientTLS), loop: loop)
            try await calls(client)
            await client.close()
        }
        await server.shutdown(grace: .seconds(5))
        await log.close()
        await Task.detached { group.shutdown() }.value
        let text = try String(contentsOf: file, encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    @Test func everyCallHasOneLine() async throws {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let lines = try await lines { client in
            var options = CallOptions()
            options.metadata.add("traceparent", trace)
            _ = try await client.unary(Methods.echo, [1, 2, 3], options: options)
            _ = await status { _ = try await client.unary(Methods.upload, []) }
        }
        #expect(lines.count == 4)
        for line in lines.filter({ $0.method == "/test.Echo/Unary" }) {
            #expect(line.status == "OK")
            #expect(line.trace == "4bf92f3577b34da6a3ce929d0e0e4736")
            #expect(line.span.count == 16 && line.span != "00f067aa0ba902b7")
            #expect(line.received_messages == 1 && line.received_bytes == 8)
            #expect(line.sent_messages == 1 && line.sent_bytes == 8)
            #expect(line.party == "a\"b\\c\u{1}")
            #expect(line.certificate?.count == 64)
            #expect(line.time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil, "\(line.time)")
        }
        // A name that a client made up is not repeated in the log.
        #expect(lines.filter { $0.method == "unknown" && $0.status == "UNIMPLEMENTED" }.count == 2)
    }

    /// What is no call, and what is asked for beside calls: the log tells of it under the status that a client makes of
    /// the answer.
    @Test func whatIsRefusedHasALineToo() async throws {
        let records = Mutexed<CallRecord>()
        var router = Router()
        router.unary(Methods.echo) { request, _ in request }
        router.page("/page") { _ in throw Status(.permissionDenied) }
        router.onFinish = { records.append($0) }
        let registry = MetricsRegistry()
        try await Pair.with(isSecure: false, router: router) { pair in
            pair.server.register(in: registry)
            let peer = RawPeer(port: pair.port)
            func ask(_ stream: UInt32, _ changed: [String: String]) async {
                let fields = RawPeer.post.map { ($0.0, changed[$0.0] ?? $0.1) }
                peer.headers(stream, fields, endStream: true)
                _ = await peer.response(stream)
            }
            await ask(1, ["content-type": "text/plain"])
            await ask(3, [":method": "PUT"])
            await ask(5, [":path": "/page"])
            await ask(7, [":path": "/page", ":method": "GET"])
            #expect(records.all.map(\.status.code) == [.unknown, .unknown, .unknown, .permissionDenied])
            #expect(records.all.map(\.status.message).prefix(2).map { $0.suffix(3) } == ["415", "405"])
            #expect(records.all.map { $0.method?.path } == [Methods.echo.path, Methods.echo.path, "/page", "/page"])
            // Pages are no calls.
            let text = String(decoding: await registry.render(), as: UTF8.self)
            #expect(text.contains(#"grpc_method="Unary",grpc_code="UNKNOWN"} 2"#))
            #expect(!text.contains("PERMISSION_DENIED"))
        }
    }

    /// Whoever reads a pipe too slowly loses lines, not the server its time: the lines that were not lost are whole.
    @Test func aPipeThatNobodyReadsHoldsNothingUp() async throws {
        let pipe = Pipe()
        let group = EventLoopGroup(count: 1)
        let log = AccessLog(descriptor: pipe.fileHandleForWriting.fileDescriptor, group: group)
        let registry = MetricsRegistry()
        log.register(in: registry)
        let record = CallRecord(
            route: nil, peer: Peer(certificateDigest: nil, subject: "", address: ""),
            trace: TraceContext(trace: (1, 2), span: 3, flags: 0, state: ""), status: Status(.ok), messagesReceived: 0,
            messagesSent: 0, bytesReceived: 0, bytesSent: 0, nanoseconds: 0, loop: 0)
        await withCheckedContinuation { continuation in
            group.loops[0].execute {
                for _ in 0..<100_000 { log.write(record) }
                continuation.resume()
            }
        }
        let text = String(decoding: await registry.render(), as: UTF8.self)
        let dropped = try #require(text.firstMatch(of: /access_log_dropped_lines_total (\d+)/)).1
        #expect(try #require(Int(dropped)) > 0)
        try pipe.fileHandleForReading.close()
        await log.close()
        await Task.detached { group.shutdown() }.value
    }
}
