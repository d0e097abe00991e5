internal import EventLoop
public import GRPC
internal import Logging
internal import TLS
internal import TestCertificates

/// A server on a free port and a client of it, over mutual TLS and on loops of their own.
public struct TestServer: Sendable {
    public let server: Server
    public let client: Client

    /// Runs `body` with a server that serves `router`, and takes all down afterwards.
    public static func with(_ router: Router, _ body: (TestServer) async throws -> Void) async throws {
        let certificates = TestCertificates.shared
        let (serverLoops, clientLoops) = (EventLoopGroup(count: 1), EventLoopGroup(count: 1))
        let tls = TLSServerConfiguration(
            certificateFile: certificates.server.certificate, privateKeyFile: certificates.server.key,
            clientAuthorityFile: certificates.authority)
        let server = Server(
            configuration: ServerConfiguration(host: "127.0.0.1", port: 0, tls: tls), router: router,
            group: serverLoops, logger: Logger(label: "test"))
        let clientTLS = TLSClientConfiguration(
            serverAuthorityFile: certificates.authority, certificateFile: certificates.client.certificate,
            privateKeyFile: certificates.client.key)
        let port = try await server.start()
        let client = Client(
            configuration: ClientConfiguration(host: "127.0.0.1", port: port, tls: clientTLS),
            loop: clientLoops.loops[0])
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(TestServer(server: server, client: client)))
        } catch {
            result = .failure(error)
        }
        await client.close()
        await server.shutdown(grace: .seconds(5))
        await Task.detached {
            clientLoops.shutdown()
            serverLoops.shutdown()
        }.value
        try result.get()
    }
}

/// The status that `body` throws; nil for none or another error.
public func status(of body: () async throws -> Void) async -> Status? {
    do {
        try await body()
        return nil
    } catch {
        return error as? Status
    }
}
