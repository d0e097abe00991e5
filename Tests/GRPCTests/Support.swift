import EventLoop
import GRPC
import Logging
import TLS
import TestCertificates
import Testing

/// A server and a client over mutual TLS (or clear text), each on loops of its own.
struct Pair {
    let server: Server
    let client: Client
    let port: Int
    let serverLoops: EventLoopGroup
    let clientLoops: EventLoopGroup

    static let certificates = TestCertificates.shared

    static var serverTLS: TLSServerConfiguration {
        TLSServerConfiguration(
            certificateFile: certificates.server.certificate, privateKeyFile: certificates.server.key,
            clientAuthorityFile: certificates.authority)
    }

    static var clientTLS: TLSClientConfiguration {
        TLSClientConfiguration(
            serverAuthorityFile: certificates.authority, certificateFile: certificates.client.certificate,
            privateKeyFile: certificates.client.key)
    }

    /// Runs `body` with a running pair and takes it down afterwards.
    static func with(
        isSecure: Bool = true, limits: ServerLimits = .init(), loops: Int = 1, router: Router,
        serverTLS: TLSServerConfiguration = Pair.serverTLS, certificateInterval: Duration = .seconds(3600),
        configure: (inout ClientConfiguration) -> Void = { _ in }, _ body: (Pair) async throws -> Void
    ) async throws {
        let serverLoops = EventLoopGroup(count: loops)
        let clientLoops = EventLoopGroup(count: 1)
        var serverConfiguration = ServerConfiguration(
            host: "127.0.0.1", port: 0, tls: isSecure ? serverTLS : nil, limits: limits)
        serverConfiguration.certificateInterval = certificateInterval
        let server = Server(
            configuration: serverConfiguration,
            router: router, group: serverLoops, logger: Logger(label: "test"))
        let port = try await server.start()
        var configuration = ClientConfiguration(host: "127.0.0.1", port: port, tls: isSecure ? clientTLS : nil)
        configure(&configuration)
        let pair = Pair(
            server: server, client: Client(configuration: configuration, loop: clientLoops.loops[0]), port: port,
            serverLoops: serverLoops, clientLoops: clientLoops)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(pair))
        } catch {
            result = .failure(error)
        }
        await pair.client.close()
        await server.shutdown(grace: .seconds(5))
        await Task.detached {
            clientLoops.shutdown()
            serverLoops.shutdown()
        }.value
        try result.get()
    }
}

/// The methods that tests register.
enum Methods {
    static let echo = MethodDescriptor(service: "test.Echo", method: "Unary", kind: .unary)
    static let upload = MethodDescriptor(service: "test.Echo", method: "Upload", kind: .clientStreaming)
    static let download = MethodDescriptor(service: "test.Echo", method: "Download", kind: .serverStreaming)
    static let chat = MethodDescriptor(service: "test.Echo", method: "Chat", kind: .bidirectionalStreaming)
}

/// The status that `body` throws.
func status(of body: () async throws -> Void) async -> Status? {
    do {
        try await body()
        return nil
    } catch {
        return error as? Status
    }
}
