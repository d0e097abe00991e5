import ArgumentParser
import EventLoop
import GRPC
import TLS

/// One long stream of large messages.
struct StreamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream",
        abstract: "Downloads messages of 64 KiB in one call from the echo server of the tests, or gRPC's test service.")

    @Option(help: "The server's port on 127.0.0.1.")
    var port: Int
    @Option(help: "The authority of the server's certificate; clear text without one.")
    var authority: String?
    @Option(help: "Folder with certificates: calls gRPC's test service over mutual TLS in place of the echo server.")
    var testing: String?
    @Option(help: "Messages.")
    var messages: UInt64 = 32_768
    @Option(help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() async throws {
        let group = EventLoopGroup(count: 1)
        let client = Client(configuration: configuration, loop: group.loops[0])
        let figures = try await withTaskExecutorPreference(group.loops[0]) { try await measure(client) }
        await client.close()
        try output.print(figures)
    }

    private var configuration: ClientConfiguration {
        if let testing {
            var server = ServerAddress()
            (server.host, server.port, server.certificates) = ("127.0.0.1", port, testing)
            return server.configuration(as: .office)
        }
        let tls = authority.map { TLSClientConfiguration(serverAuthorityFile: $0) }
        return ClientConfiguration(host: "127.0.0.1", port: port, tls: tls)
    }

    /// Runs on the client's loop, as a caller does that wants speed: elsewhere each message would change threads.
    @concurrent private func measure(_ client: Client) async throws -> StreamFigures {
        // The connection is made before the clock starts.
        _ = try await receive(1, from: client)
        let start = EventLoop.now
        let processorTime = ProcessorTime.now
        let bytes = try await receive(messages, from: client)
        return StreamFigures(
            bytes: bytes, nanoseconds: EventLoop.now - start, processorTime: ProcessorTime.now - processorTime)
    }

    private func receive(_ count: UInt64, from client: Client) async throws -> Int {
        let (service, name) =
            testing == nil
            ? ("allmende.bench.Echo", "Download") : ("grpc.testing.TestService", "StreamingOutputCall")
        let call = try await client.open(MethodDescriptor(service: service, method: name, kind: .serverStreaming))
        try await call.send(testing == nil ? StreamCommand.echoRequest(count) : StreamCommand.testRequest(count))
        try await call.finish()
        var bytes = 0
        while let message = try await call.receive() { bytes += message.count }
        return bytes
    }

    /// The number of messages, big-endian.
    private static func echoRequest(_ count: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(56 - 8 * $0)) }
    }

    /// A `StreamingOutputCallRequest`: field 2 once for each message, in it its size of 65,536 in field 1.
    private static func testRequest(_ count: UInt64) -> [UInt8] {
        (0..<count).flatMap { _ -> [UInt8] in [0x12, 4, 0x08, 0x80, 0x80, 4] }
    }
}

/// What a stream has reached.
struct StreamFigures: Figures {
    let bytes: Int
    let gigabytesPerSecond: Double
    /// Processor time of this client.
    let clientSecondsPerGigabyte: Double

    init(bytes: Int, nanoseconds: UInt64, processorTime: UInt64) {
        self.bytes = bytes
        gigabytesPerSecond = Double(bytes) / Double(max(1, nanoseconds))
        clientSecondsPerGigabyte = Double(processorTime) / Double(max(1, bytes))
    }

    var rows: [(String, String)] {
        [
            ("GB/s", gigabytesPerSecond.text(2)), ("client CPU in s/GB", clientSecondsPerGigabyte.text(2)),
        ]
    }
}
