import ArgumentParser
import EventLoop
import GRPC
import TLS

/// One long stream of large messages.
struct StreamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream", abstract: "Downloads messages of 64 KiB in one call from the echo server of the tests.")

    @Option(help: "The server's port on 127.0.0.1.")
    var port: Int
    @Option(help: "The authority of the server's certificate; clear text without one.")
    var authority: String?
    @Option(help: "Messages.")
    var messages: UInt64 = 32_768
    @Option(help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() async throws {
        let group = EventLoopGroup(count: 1)
        let tls = authority.map { TLSClientConfiguration(serverAuthorityFile: $0) }
        let client = Client(
            configuration: ClientConfiguration(host: "127.0.0.1", port: port, tls: tls), loop: group.loops[0])
        // The connection is made before the clock starts.
        _ = try await receive(1, from: client)
        let start = EventLoop.now
        let processorTime = ProcessorTime.now
        let bytes = try await receive(messages, from: client)
        let figures = StreamFigures(
            bytes: bytes, nanoseconds: EventLoop.now - start, processorTime: ProcessorTime.now - processorTime)
        await client.close()
        try output.print(figures)
    }

    /// The call runs on the client's loop, as a caller's that wants speed does.
    private func receive(_ count: UInt64, from client: Client) async throws -> Int {
        let method = MethodDescriptor(service: "allmende.bench.Echo", method: "Download", kind: .serverStreaming)
        let call = try await client.open(method)
        try await call.send((0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(56 - 8 * $0)) })
        try await call.finish()
        var bytes = 0
        while let message = try await call.receive() { bytes += message.count }
        return bytes
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
