import EventLoop
import GRPC
import TLS

/// The server that everybody calls.
struct Target: Sendable {
    let port: Int
    let tls: TLSClientConfiguration
    let loop: EventLoop

    static let echo = method("Echo", .unary)
    static let stream = method("Stream", .bidirectionalStreaming)
    static let download = method("Download", .serverStreaming)

    private static func method(_ name: String, _ kind: CallKind) -> MethodDescriptor {
        MethodDescriptor(service: "allmende.bench.Echo", method: name, kind: kind)
    }

    func client() -> Client {
        Client(configuration: ClientConfiguration(host: "127.0.0.1", port: port, tls: tls), loop: loop)
    }

    /// Asks for so many messages of 64 KiB.
    func open(download count: UInt64, with client: Client) async throws -> ClientCall {
        let call = try await client.open(Target.download)
        try await call.send((0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(56 - 8 * $0)) })
        try await call.finish()
        return call
    }

    /// Suspends for some time, on the loop.
    func pause(_ duration: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: loop) { try? await loop.pause(for: duration) }
        }
    }
}
