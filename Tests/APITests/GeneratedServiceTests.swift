import API
import GRPC
import SwiftProtobuf
import TestServer
import Testing

@Suite(.timeLimit(.minutes(5)))
struct GeneratedServiceTests {
    private func withEcho(_ body: (EchoServiceClient, Client) async throws -> Void) async throws {
        var router = Router()
        router.register(EchoHandler())
        try await TestServer.with(router) { try await body(EchoServiceClient($0.client), $0.client) }
    }

    private func request(_ text: String) -> EchoRequest { .with { $0.text = text } }

    private func texts(_ stream: ClientStream<EchoRequest, EchoResponse>) async throws -> [String] {
        var texts: [String] = []
        for try await response in stream { texts.append(response.text) }
        return texts
    }

    @Test("a unary call carries its message there and back")
    func unary() async throws {
        try await withEcho { echo, _ in
            let answer = try await echo.echo(request("Großheirath"))
            #expect(answer.text == "Großheirath")
            let empty = try await echo.discard(request("x"))
            #expect(empty == Google_Protobuf_Empty())
        }
    }

    @Test("a server stream gives every answer and then the status")
    func serverStreaming() async throws {
        try await withEcho { echo, _ in
            let words = try await texts(echo.split(request("one two three")))
            #expect(words == ["one", "two", "three"])
            let stream = try await echo.split(request("one two!"))
            let first = try await (stream.receive(), stream.receive())
            #expect([first.0?.text, first.1?.text] == ["one", "two!"])
            let failure = await status { _ = try await stream.receive() }
            #expect(failure?.code == .outOfRange)
            #expect(failure?.message == "no more")
        }
    }

    @Test("a client stream is answered after its end")
    func clientStreaming() async throws {
        try await withEcho { echo, _ in
            let stream = try await echo.join()
            for word in ["a", "b", "c"] { try await stream.send(request(word)) }
            let answer = try await stream.finishAndReceive()
            #expect(answer.text == "a b c")
        }
    }

    @Test("both ways at a time, read by the handler as messages or as bytes")
    func bidirectional() async throws {
        try await withEcho { echo, _ in
            for stream in [try await echo.chat(), try await echo.import()] {
                for text in ["ping", "pong"] {
                    try await stream.send(request(text))
                    let answer = try await stream.receive()
                    #expect(answer?.text == text)
                }
                try await stream.finish()
                let last = try await stream.receive()
                #expect(last == nil)
            }
        }
    }

    @Test("bytes that are no message are the caller's mistake, whatever the kind of the method")
    func malformedRequests() async throws {
        try await withEcho { _, client in
            let unary = await status { _ = try await client.unary(EchoServiceMethods.echo, [0x0A, 0x05]) }
            #expect(unary?.code == .invalidArgument)
            #expect(unary?.message == "the request is not a valid allmende.test.v1.EchoRequest")
            for method in [EchoServiceMethods.split, EchoServiceMethods.join, EchoServiceMethods.chat] {
                let call = try await client.open(method)
                let failure = await status {
                    try await call.send([0x0A, 0x05])
                    try await call.finish()
                    while try await call.receive() != nil {}
                }
                #expect(failure?.code == .invalidArgument, "\(method.method)")
            }
        }
    }

    @Test("bytes that are no answer are the server's mistake")
    func malformedResponses() async throws {
        var router = Router()
        router.unary(EchoServiceMethods.echo) { _, _ in [0x0A, 0x05] }
        router.stream(EchoServiceMethods.join) { call in for _ in 0..<2 { try await call.send([]) } }
        try await TestServer.with(router) { server in
            let echo = EchoServiceClient(server.client)
            let malformed = await status { _ = try await echo.echo(request("x")) }
            #expect(malformed?.code == .internal)
            let twice = await status { _ = try await echo.join().finishAndReceive() }
            #expect(twice?.code == .internal)
        }
    }

    @Test("descriptors say what the proto says")
    func descriptors() {
        #expect(EchoServiceMethods.all.map(\.method) == ["Echo", "Split", "Join", "Chat", "Import", "Discard"])
        #expect(
            EchoServiceMethods.all.map(\.kind) == [
                .unary, .serverStreaming, .clientStreaming, .bidirectionalStreaming, .bidirectionalStreaming, .unary,
            ])
        #expect(EchoServiceMethods.chat.path == "/allmende.test.v1.EchoService/Chat")
        #expect(UsageServiceMethods.ingestUsage.kind == .bidirectionalStreaming)
    }
}
