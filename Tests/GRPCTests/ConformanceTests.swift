import GRPC
import Testing

/// What RFC 9113 (HTTP/2) and RFC 7541 (HPACK) ask of a server, one case after the other: each on a connection of its
/// own that sends nothing else. docs/wire-conformance.md says what is left to choice and how it is chosen.
@Suite(.timeLimit(.minutes(5)))
struct ConformanceTests {
    typealias Frame = RawPeer.Frame

    enum Outcome: Equatable, Sendable {
        /// GOAWAY of this code, and the connection closes.
        case connectionError(UInt8)
        /// RST_STREAM of this code on stream 1, and the connection goes on.
        case streamError(UInt8)
        /// Nothing happens to the connection.
        case served
        /// The connection closes, with or without a word.
        case closed
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let section: String
        let name: String
        let outcome: Outcome
        let send: @Sendable (RawPeer) -> Void

        init(_ section: String, _ name: String, _ outcome: Outcome, _ send: @escaping @Sendable (RawPeer) -> Void) {
            self.section = section
            self.name = name
            self.outcome = outcome
            self.send = send
        }

        var testDescription: String { "RFC \(section): \(name)" }
    }

    static let all = frames + streams + settings + messages + compression

    @Test(arguments: all)
    func theServerAnswersAsTheRFCSays(_ example: Case) async throws {
        var router = Router()
        router.unary(Methods.echo) { request, _ in request }
        try await Pair.with(isSecure: false, router: router) { pair in
            let peer = RawPeer(port: pair.port)
            example.send(peer)
            switch example.outcome {
            case .connectionError(let code):
                let seen = await peer.frames { $0.type == Frame.goAway }
                #expect(seen.last?.type == Frame.goAway && seen.last?.code == code)
                let rest = await peer.frames { _ in false }
                #expect(rest.isEmpty)
            case .streamError(let code):
                let reset = await peer.frames { $0.type == Frame.reset }.last
                #expect(reset?.stream == 1 && reset?.code == code)
                await expectServed(peer)
            case .served: await expectServed(peer)
            case .closed: _ = await peer.frames { _ in false }
            }
        }
    }

    private func expectServed(_ peer: RawPeer) async {
        peer.headers(101)
        peer.data(101, RawPeer.message([1]), endStream: true)
        let answer = await peer.response(101)
        #expect(answer.map(\.type) == [Frame.headers, Frame.data, Frame.headers])
    }

    // MARK: - Cases

    private static let noError: UInt8 = 0
    private static let protocolError: UInt8 = 1
    private static let flowControlError: UInt8 = 3
    private static let streamClosed: UInt8 = 5
    private static let frameSizeError: UInt8 = 6
    private static let compressionError: UInt8 = 9

    /// A frame of any kind on a stream where it does not belong, or of a length that it cannot have.
    private static func bad(
        _ section: String, _ name: String, _ code: UInt8, type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0,
        _ payload: [UInt8]
    ) -> Case {
        Case(section, name, .connectionError(code)) {
            $0.send(type: type, flags: flags, stream: stream, payload)
        }
    }

    static let frames: [Case] = [
        .init("9113 3.4", "a preface that is none", .closed) { peer in
            peer.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        },
        .init("9113 4.1", "a frame of an unknown type is ignored", .served) {
            $0.send(type: 0xF0, flags: 0xFF, stream: 0, [1, 2, 3])
        },
        .init("9113 4.1", "flags without meaning are ignored", .served) {
            $0.send(type: Frame.ping, flags: 0xF0, stream: 0, [0, 0, 0, 0, 0, 0, 0, 0])
        },
        .init("9113 4.1", "the reserved bit is ignored", .served) {
            $0.send(type: Frame.ping, flags: 0, stream: 0x8000_0000, [0, 0, 0, 0, 0, 0, 0, 0])
        },
        .init("9113 4.2", "DATA of the longest size is taken", .served) {
            $0.headers(1)
            $0.data(1, RawPeer.message([UInt8](repeating: 0, count: 16_379)), endStream: true)
        },
        .init("9113 4.2", "DATA longer than that", .connectionError(frameSizeError)) {
            $0.headers(1)
            $0.data(1, [UInt8](repeating: 0, count: 16_385))
        },
        bad(
            "9113 4.2", "HEADERS longer than that", frameSizeError, type: Frame.headers, flags: 4, stream: 1,
            [UInt8](repeating: 0, count: 16_385)),
        .init("9113 4.3", "a frame between the parts of a block", .connectionError(protocolError)) {
            $0.send(type: Frame.headers, flags: 0, stream: 1, RawPeer.block())
            $0.send(type: Frame.priority, flags: 0, stream: 1, [0, 0, 0, 0, 16])
        },
        .init("9113 4.3", "HEADERS of another stream between the parts", .connectionError(protocolError)) {
            $0.send(type: Frame.headers, flags: 0, stream: 1, RawPeer.block())
            $0.headers(3)
        },
        .init("9113 5.5", "an unknown frame between the parts", .connectionError(protocolError)) {
            $0.send(type: Frame.headers, flags: 0, stream: 1, RawPeer.block())
            $0.send(type: 0xF0, flags: 0, stream: 0, [])
        },
        bad("9113 6.1", "DATA without a stream", protocolError, type: Frame.data, [0]),
        .init("9113 6.1", "DATA padded beyond its end", .connectionError(protocolError)) {
            $0.headers(1)
            $0.send(type: Frame.data, flags: Frame.padded, stream: 1, [6, 1, 2, 3, 4])
        },
        bad("9113 6.2", "HEADERS without a stream", protocolError, type: Frame.headers, flags: 5, RawPeer.block()),
        bad(
            "9113 6.2", "HEADERS padded beyond their end", protocolError, type: Frame.headers, flags: 13, stream: 1,
            [200] + RawPeer.block().prefix(20)),
        bad("9113 6.3", "PRIORITY without a stream", protocolError, type: Frame.priority, [0, 0, 0, 1, 16]),
        bad("9113 6.3", "PRIORITY of another length", frameSizeError, type: Frame.priority, stream: 1, [0, 0, 0, 1]),
        bad("9113 6.4", "RST_STREAM without a stream", protocolError, type: Frame.reset, [0, 0, 0, 8]),
        bad(
            "9113 6.6", "PUSH_PROMISE of a client", protocolError, type: Frame.pushPromise, flags: 4, stream: 1,
            [0, 0, 0, 2] + RawPeer.block()),
        bad("9113 6.7", "PING on a stream", protocolError, type: Frame.ping, stream: 1, [0, 0, 0, 0, 0, 0, 0, 0]),
        bad("9113 6.7", "PING of another length", frameSizeError, type: Frame.ping, [0, 0, 0, 0]),
        bad("9113 6.8", "GOAWAY on a stream", protocolError, type: Frame.goAway, stream: 1, [0, 0, 0, 0, 0, 0, 0, 0]),
        bad("9113 6.9", "WINDOW_UPDATE of 0", protocolError, type: Frame.windowUpdate, [0, 0, 0, 0]),
        bad("9113 6.9", "WINDOW_UPDATE of another length", frameSizeError, type: Frame.windowUpdate, [0, 0, 1]),
        bad(
            "9113 6.9.1", "a connection's window past its end", flowControlError, type: Frame.windowUpdate,
            [0x7F, 0xFF, 0xFF, 0xFF]),
        bad(
            "9113 6.10", "CONTINUATION without a block", protocolError, type: Frame.continuation, flags: 4, stream: 1,
            RawPeer.block()),
        .init("9113 6.10", "CONTINUATION after the end of the block", .connectionError(protocolError)) {
            $0.headers(1)
            $0.send(type: Frame.continuation, flags: 4, stream: 1, RawPeer.block([("x", "y")]))
        },
        .init("9113 6.10", "CONTINUATION of another stream", .connectionError(protocolError)) {
            $0.send(type: Frame.headers, flags: 0, stream: 1, RawPeer.block())
            $0.send(type: Frame.continuation, flags: 4, stream: 3, RawPeer.block([("x", "y")]))
        },
        .init("9113 6.10", "a block in several frames is one", .served) {
            let block = RawPeer.block()
            $0.send(type: Frame.headers, flags: 0, stream: 1, Array(block.prefix(7)))
            $0.send(type: Frame.continuation, flags: 0, stream: 1, [])
            $0.send(type: Frame.continuation, flags: 4, stream: 1, Array(block.dropFirst(7)))
        },
    ]

    static let streams: [Case] = [
        bad("9113 5.1", "DATA on an idle stream", protocolError, type: Frame.data, stream: 1, [0]),
        bad("9113 5.1", "RST_STREAM on an idle stream", protocolError, type: Frame.reset, stream: 1, [0, 0, 0, 8]),
        bad(
            "9113 5.1", "WINDOW_UPDATE on an idle stream", protocolError, type: Frame.windowUpdate, stream: 1,
            [0, 0, 0, 1]),
        .init("9113 5.1", "DATA after the client's end", .connectionError(streamClosed)) {
            $0.headers(1, endStream: true)
            $0.data(1, [1])
        },
        .init("9113 5.1", "HEADERS after the client's end", .connectionError(streamClosed)) {
            $0.headers(1, endStream: true)
            $0.headers(1, endStream: true)
        },
        .init("9113 5.1", "DATA after the client's reset", .connectionError(streamClosed)) {
            $0.headers(1)
            $0.send(type: Frame.reset, flags: 0, stream: 1, [0, 0, 0, 8])
            $0.data(1, [1])
        },
        .init("9113 5.1", "HEADERS after the client's reset", .connectionError(streamClosed)) {
            $0.headers(1)
            $0.send(type: Frame.reset, flags: 0, stream: 1, [0, 0, 0, 8])
            $0.headers(1, endStream: true)
        },
        .init("9113 5.1", "PRIORITY and WINDOW_UPDATE after the end are ignored", .served) {
            $0.headers(1, endStream: true)
            $0.send(type: Frame.priority, flags: 0, stream: 1, [0, 0, 0, 0, 16])
            $0.send(type: Frame.windowUpdate, flags: 0, stream: 1, [0, 0, 0, 1])
        },
        bad(
            "9113 5.1.1", "a stream of the server's kind", protocolError, type: Frame.headers, flags: 5, stream: 2,
            RawPeer.block()),
        .init("9113 5.1.1", "an identifier below the last", .connectionError(streamClosed)) {
            $0.headers(5, endStream: true)
            $0.headers(3, endStream: true)
        },
        .init("9113 6.9", "WINDOW_UPDATE of 0 on a stream", .connectionError(protocolError)) {
            $0.headers(1)
            $0.send(type: Frame.windowUpdate, flags: 0, stream: 1, [0, 0, 0, 0])
        },
        .init("9113 6.9.1", "a stream's window past its end", .streamError(flowControlError)) {
            $0.headers(1)
            $0.send(type: Frame.windowUpdate, flags: 0, stream: 1, [0x7F, 0xFF, 0xFF, 0xFF])
        },
    ]

    private static func setting(_ name: String, _ code: UInt8, _ id: UInt8, _ value: [UInt8]) -> Case {
        bad("9113 6.5.2", name, code, type: Frame.settings, [0, id] + value)
    }

    static let settings: [Case] = [
        bad("9113 6.5", "SETTINGS on a stream", protocolError, type: Frame.settings, stream: 1, []),
        bad("9113 6.5", "SETTINGS of another length", frameSizeError, type: Frame.settings, [0, 3, 0]),
        bad(
            "9113 6.5", "an acknowledgement with content", frameSizeError, type: Frame.settings, flags: 1,
            [0, 3, 0, 0, 0, 1]),
        setting("ENABLE_PUSH of 2", protocolError, 2, [0, 0, 0, 2]),
        setting("a window beyond 31 bits", flowControlError, 4, [0x80, 0, 0, 0]),
        setting("a frame size below the least", protocolError, 5, [0, 0, 0x3F, 0xFF]),
        setting("a frame size beyond 24 bits", protocolError, 5, [1, 0, 0, 0]),
        .init("9113 6.5.2", "an unknown setting is ignored", .served) {
            $0.send(type: Frame.settings, flags: 0, stream: 0, [0, 0xFF, 0, 0, 0, 1])
        },
    ]

    /// A request with a field changed, left out, or added at either end.
    private static func request(
        _ section: String, _ name: String, without: String? = nil, front: [(String, String)] = [],
        back: [(String, String)] = []
    ) -> Case {
        Case(section, name, .streamError(protocolError)) {
            $0.headers(1, front + RawPeer.post.filter { $0.0 != without } + back, endStream: true)
        }
    }

    static let messages: [Case] = [
        request("9113 8.2.1", "a name in upper case", back: [("X-Upper", "a")]),
        request("9113 8.2.2", "a field of the connection", back: [("connection", "keep-alive")]),
        request("9113 8.2.2", "te that is not trailers", without: "te", back: [("te", "gzip")]),
        request("9113 8.3", "a pseudo-field after a field", without: ":path", back: [(":path", "/")]),
        request("9113 8.3", "a pseudo-field that nobody knows", front: [(":unknown", "a")]),
        request("9113 8.3", "a pseudo-field of responses", front: [(":status", "200")]),
        request("9113 8.3.1", "no method", without: ":method"),
        request("9113 8.3.1", "no scheme", without: ":scheme"),
        request("9113 8.3.1", "no path", without: ":path"),
        request("9113 8.3.1", "an empty path", without: ":path", front: [(":path", "")]),
        request("9113 8.3.1", "two methods", front: [(":method", "POST")]),
        request("9113 8.3.1", "two paths", front: [(":path", "/")]),
        .init("9113 8.1.1", "a content-length that is not kept to", .streamError(protocolError)) {
            $0.headers(1, RawPeer.post + [("content-length", "1")])
            $0.data(1, [1, 2], endStream: true)
        },
        .init("9113 8.1", "a second block that is not the last", .streamError(protocolError)) {
            $0.headers(1)
            $0.headers(1, [("x", "y")])
        },
        .init("9113 8.1", "a pseudo-field in trailers", .streamError(protocolError)) {
            $0.headers(1)
            $0.headers(1, [(":method", "POST")], endStream: true)
        },
    ]

    /// A block that cannot be decompressed, put behind a good beginning.
    private static func block(_ section: String, _ name: String, _ bytes: [UInt8]) -> Case {
        bad(section, name, compressionError, type: Frame.headers, flags: 5, stream: 1, RawPeer.block() + bytes)
    }

    static let compression: [Case] = [
        block("7541 2.3.3", "an index that is in no table", [0xC6]),
        block("7541 2.3.3", "a name by an index that is in no table", [0x7F, 0x10, 1, 0x61]),
        block("7541 4.2", "a change of the table's size at the end", [0x21]),
        block("7541 5.2", "padding of a whole byte", [0, 1, 0x78, 0x84, 0x49, 0x50, 0x9F, 0xFF]),
        block("7541 5.2", "padding of zeros", [0, 1, 0x78, 0x83, 0x49, 0x50, 0x90]),
        block("7541 5.2", "the end of string inside of one", [0, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0x61]),
        block("7541 6.1", "index 0", [0x80]),
        bad(
            "7541 6.3", "a table larger than agreed on", compressionError, type: Frame.headers, flags: 5, stream: 1,
            [0x3F, 0xE1, 0xFF, 3] + RawPeer.block()),
    ]
}
