import ArgumentParser
import EventLoop
import GRPC
import Glibc
import Logging
import TLS

/// Answers every message with itself. Used by load generators and conformance tools that know no client certificates.
@main
struct Echo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grpc-echo", abstract: "An echo server for measurements, without client certificates.")

    @Option(help: "The port on 127.0.0.1; 0 takes any.")
    var port = 0
    @Option(help: "The server's certificate; clear text without one.")
    var cert: String?
    @Option(help: "The certificate's key.")
    var key: String?
    @Flag(name: .customLong("tls12"), help: "Speak TLS 1.2 also.")
    var allowsTLS12 = false
    @Flag(help: "Serve clients that offer no application protocol (ALPN) also.")
    var anyProtocol = false
    @Option(help: "Event loops.")
    var loops = 1
    @Option(help: "Connections at a time.")
    var maximumConnections = ServerLimits().maximumConnections
    @Option(help: "Milliseconds of silence after which a client is asked whether it is still there.")
    var keepalive: Int?
    @Option(help: "Milliseconds within which handshakes and headers have to be complete.")
    var patience: Int?
    @Option(help: "Port on 127.0.0.1 for metrics; 0 takes any.")
    var metricsPort: Int?

    func validate() throws {
        guard (cert == nil) == (key == nil) else { throw ValidationError("--cert and --key go together") }
    }

    func run() async throws {
        Echo.takeAllDescriptors()
        let group = EventLoopGroup(count: loops)
        let server = Server(
            configuration: ServerConfiguration(host: "127.0.0.1", port: port, tls: tls, limits: limits),
            router: Echo.router(), group: group, logger: Logger(label: "grpc-echo"))
        let bound = try await server.start()
        print("listening on 127.0.0.1:\(bound)")
        if let metricsPort {
            let registry = MetricsRegistry()
            server.register(in: registry)
            let metrics = MetricsListener(
                host: "127.0.0.1", port: metricsPort, registry: registry, loop: group.loops[0])
            print("metrics on 127.0.0.1:\(try await metrics.start())")
        }
        fflush(nil)
        // The process serves until it is killed.
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        withExtendedLifetime(server) {}
    }

    private var tls: TLSServerConfiguration? {
        guard let cert, let key else { return nil }
        return TLSServerConfiguration(
            certificateFile: cert, privateKeyFile: key, clientAuthorityFile: nil,
            minimumVersion: allowsTLS12 ? .tls12 : .tls13, applicationProtocols: anyProtocol ? [] : ["h2"])
    }

    private var limits: ServerLimits {
        var limits = ServerLimits()
        limits.maximumConnections = maximumConnections
        if let keepalive {
            limits.keepaliveInterval = .milliseconds(keepalive)
            limits.keepaliveTimeout = .milliseconds(keepalive)
        }
        if let patience {
            limits.handshakeTimeout = .milliseconds(patience)
            limits.headersTimeout = .milliseconds(patience)
        }
        return limits
    }

    /// Tens of thousands of connections need as many descriptors as the system allows.
    private static func takeAllDescriptors() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func method(_ name: String, _ kind: CallKind) -> MethodDescriptor {
        MethodDescriptor(service: "allmende.bench.Echo", method: name, kind: kind)
    }

    private static func router() -> Router {
        var router = Router()
        router.unary(method("Echo", .unary)) { request, _ in request }
        router.stream(method("Stream", .bidirectionalStreaming)) { call in
            while let message = try await call.receive() { try await call.send(message) }
        }
        // The request is the number of messages in eight bytes, big-endian.
        router.stream(method("Download", .serverStreaming)) { call in
            let request = try await call.receive() ?? []
            guard request.count == 8 else { throw Status(.invalidArgument, "a number has eight bytes") }
            let count = request.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let message = [UInt8](repeating: 7, count: downloadBytes)
            for _ in 0..<count { try await call.send(message) }
        }
        // For conformance tools that know no gRPC: they want a body, and time to break a rule while the call is open.
        router.page("/") { call in
            try await call.pause(for: .milliseconds(20))
            return Page(contentType: "text/plain; charset=utf-8", body: Array("echo\n".utf8))
        }
        return router
    }

    private static let downloadBytes = 64 << 10
}
