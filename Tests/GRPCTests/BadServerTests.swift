import Dispatch
import EventLoop
import GRPC
import Glibc
import Synchronization
import Testing

/// What a client makes of answers that no proper server gives, and whether it calls again.
@Suite(.timeLimit(.minutes(5)))
struct BadServerTests {
    private typealias Frame = RawPeer.Frame

    /// What the server does when it has a call.
    struct Answer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let frames: [Piece]
        let code: StatusCode
        /// Calls that the server has seen in the end.
        var calls = 1
        var isIdempotent = false

        init(_ name: String, _ frames: [Piece], _ code: StatusCode, calls: Int = 1, isIdempotent: Bool = false) {
            testDescription = name
            self.frames = frames
            self.code = code
            self.calls = calls
            self.isIdempotent = isIdempotent
        }
    }

    enum Piece: Sendable {
        case headers([(String, String)], isLast: Bool = true)
        case data([UInt8])
        case reset(UInt8)
        /// GOAWAY that names this stream as the last one.
        case goAway(last: UInt8)
        /// The connection is closed.
        case end
    }

    private static let grpc = [(":status", "200"), ("content-type", "application/grpc")]
    private static let ok = [("grpc-status", "0")]

    static let answers = [
        Answer("right", [.headers(grpc, isLast: false), .data(RawPeer.message([1])), .headers(ok)], .ok),
        Answer(
            "interim first",
            [
                .headers([(":status", "103")], isLast: false), .headers(grpc, isLast: false),
                .data(RawPeer.message([1])), .headers(ok),
            ], .ok),
        Answer("no status", [.headers(grpc)], .unknown),
        Answer("not gRPC", [.headers([(":status", "200"), ("content-type", "text/html")], isLast: false)], .unknown),
        Answer("HTTP 503", [.headers([(":status", "503")])], .unavailable),
        Answer("HTTP 404", [.headers([(":status", "404")])], .unimplemented),
        Answer("HTTP 403", [.headers([(":status", "403")])], .permissionDenied),
        Answer("a status that is no number", [.headers(grpc + [("grpc-status", "x")])], .unknown),
        Answer("not base64", [.headers(grpc + [("x-raw-bin", "***")], isLast: false)], .internal),
        Answer("unknown encoding", [.headers(grpc + [("grpc-encoding", "br")], isLast: false)], .internal),
        Answer(
            "two messages",
            [.headers(grpc, isLast: false), .data(RawPeer.message([1]) + RawPeer.message([2])), .headers(ok)],
            .unimplemented),
        Answer("no message", [.headers(grpc, isLast: false), .headers(ok)], .unimplemented),
        Answer("cut short", [.headers(grpc, isLast: false), .data([0, 0, 0, 0, 9, 1]), .headers(ok)], .internal),
        Answer("reset: internal", [.reset(2)], .internal),
        Answer("reset: cancelled", [.reset(8)], .cancelled),
        Answer("reset: calm down", [.reset(11)], .resourceExhausted),
        // Not begun: it is safe to call again.
        Answer("refused", [.reset(7)], .unavailable, calls: 3),
        Answer("GOAWAY before the call", [.goAway(last: 0), .end], .unavailable, calls: 3),
        // Perhaps begun: only who says so is called again.
        Answer("GOAWAY after the call", [.goAway(last: 1), .end], .unavailable),
        Answer("lost", [.end], .unavailable),
        Answer("lost, idempotent", [.end], .unavailable, calls: 3, isIdempotent: true),
        Answer("lost in the answer", [.headers(grpc, isLast: false), .end], .unavailable),
    ]

    @Test(arguments: answers)
    func aCallEndsWithTheRightCode(_ answer: Answer) async throws {
        let server = BadServer(answer.frames)
        defer { server.stop() }
        let loops = EventLoopGroup(count: 1)
        let client = Client(
            configuration: ClientConfiguration(host: "127.0.0.1", port: server.port, tls: nil), loop: loops.loops[0])
        var options = CallOptions(timeout: .seconds(60))
        options.isIdempotent = answer.isIdempotent
        let thrown = await status { _ = try await client.unary(Methods.echo, [7], options: options) }
        #expect((thrown?.code ?? .ok) == answer.code, "\(String(describing: thrown))")
        #expect(server.calls == answer.calls)
        await client.close()
        await Task.detached { loops.shutdown() }.value
    }
}

/// A server in clear text that answers every call with the same pieces, one connection after the other.
private final class BadServer: Sendable {
    private typealias Frame = RawPeer.Frame

    private let listening = ListeningSocket()
    private let pieces: [BadServerTests.Piece]
    private let seen = Mutex(0)

    var port: Int { listening.port }
    var calls: Int { seen.withLock { $0 } }

    init(_ pieces: [BadServerTests.Piece]) {
        self.pieces = pieces
        DispatchQueue(label: "bad server").async { [self] in
            while true {
                let connection = accept(listening.descriptor, nil, nil)
                guard connection >= 0 else { return }
                serve(RawPeer(descriptor: connection))
            }
        }
    }

    /// Nobody is accepted any more.
    func stop() { listening.stop() }

    private func serve(_ peer: RawPeer) {
        _ = peer.read(exactly: 24)
        peer.send(type: Frame.settings, flags: 0, stream: 0, [])
        while let frame = peer.read() {
            guard frame.type == Frame.headers else { continue }
            seen.withLock { $0 += 1 }
            for piece in pieces {
                guard send(piece, frame.stream, peer) else { return }
            }
        }
    }

    /// - Returns: false when the connection is to be closed.
    private func send(_ piece: BadServerTests.Piece, _ stream: UInt32, _ peer: RawPeer) -> Bool {
        switch piece {
        case .headers(let fields, let isLast): peer.headers(stream, fields, endStream: isLast)
        case .data(let bytes): peer.data(stream, bytes)
        case .reset(let code): peer.send(type: Frame.reset, flags: 0, stream: stream, [0, 0, 0, code])
        case .goAway(let last):
            peer.send(type: Frame.goAway, flags: 0, stream: 0, [0, 0, 0, last, 0, 0, 0, 0])
        case .end: return false
        }
        return true
    }
}
