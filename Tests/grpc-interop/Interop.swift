import ArgumentParser
import EventLoop
import GRPC
import Glibc
import Logging
import TLS

/// Both sides of gRPC's interoperability tests, over mutual TLS.
@main
struct Interop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grpc-interop", abstract: "Server and client of grpc.testing.TestService.",
        subcommands: [Serve.self, Call.self])
}

/// The files of one side.
struct CertificateOptions: ParsableArguments {
    @Option(help: "PEM file with the authority of the other side's certificate.")
    var ca: String
    @Option(help: "PEM file with this side's certificate.")
    var cert: String
    @Option(help: "PEM file with the certificate's key.")
    var key: String
}

extension Interop {
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "server", abstract: "Serves until it is killed.")

        @Option(help: "The port on 127.0.0.1; 0 takes any.")
        var port = 0
        @OptionGroup var certificates: CertificateOptions

        func run() async throws {
            let tls = TLSServerConfiguration(
                certificateFile: certificates.cert, privateKeyFile: certificates.key,
                clientAuthorityFile: certificates.ca)
            let server = Server(
                configuration: ServerConfiguration(host: "127.0.0.1", port: port, tls: tls),
                router: InteropServer.router(), group: EventLoopGroup(), logger: Logger(label: "grpc-interop"))
            let bound = try await server.start()
            print("listening on 127.0.0.1:\(bound)")
            fflush(nil)
            await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        }
    }

    struct Call: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "client", abstract: "Runs cases and prints a line on each.")

        @Option(help: "The server's name.")
        var host = "localhost"
        @Option(help: "The server's port.")
        var port: Int
        @Flag(help: "The server cannot tell whether a request was compressed: do not ask it to object.")
        var blindServer = false
        @OptionGroup var certificates: CertificateOptions
        @Argument(help: "Cases; all when none is named.")
        var cases: [String] = []

        func validate() throws {
            for name in cases where InteropCase(rawValue: name) == nil {
                throw ValidationError("there is no case \(name)")
            }
        }

        func run() async throws {
            let tls = TLSClientConfiguration(
                serverAuthorityFile: certificates.ca, certificateFile: certificates.cert,
                privateKeyFile: certificates.key)
            let group = EventLoopGroup(count: 1)
            let client = Client(
                configuration: ClientConfiguration(host: host, port: port, tls: tls), loop: group.loops[0])
            let chosen = cases.isEmpty ? InteropCase.allCases : cases.compactMap(InteropCase.init)
            let interop = InteropClient(client: client, isServerBlind: blindServer)
            var failures = 0
            for one in chosen {
                do {
                    try await interop.run(one)
                    print(one.rawValue, "ok")
                } catch {
                    failures += 1
                    print(one.rawValue, "FAILED", error)
                }
            }
            await client.close()
            if failures > 0 { throw ExitCode.failure }
        }
    }
}
