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

    func validate() throws {
        guard (cert == nil) == (key == nil) else { throw ValidationError("--cert and --key go together") }
    }

    func run() async throws {
        var tls: TLSServerConfiguration?
        if let cert, let key {
            tls = TLSServerConfiguration(
                certificateFile: cert, privateKeyFile: key, clientAuthorityFile: nil,
                minimumVersion: allowsTLS12 ? .tls12 : .tls13, applicationProtocols: anyProtocol ? [] : ["h2"])
        }
        var router = Router()
        router.unary(MethodDescriptor(service: "allmende.bench.Echo", method: "Echo", kind: .unary)) { request, _ in
            request
        }
        let stream = MethodDescriptor(service: "allmende.bench.Echo", method: "Stream", kind: .bidirectionalStreaming)
        router.stream(stream) { call in
            while let message = try await call.receive() { try await call.send(message) }
        }
        let server = Server(
            configuration: ServerConfiguration(host: "127.0.0.1", port: port, tls: tls), router: router,
            group: EventLoopGroup(count: loops), logger: Logger(label: "grpc-echo"))
        let bound = try await server.start()
        print("listening on 127.0.0.1:\(bound)")
        fflush(nil)
        // The process serves until it is killed.
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
    }
}
