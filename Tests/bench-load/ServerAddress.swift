import ArgumentParser
import GRPC
import TLS

/// Where the server is, and where the certificates of its callers lie.
struct ServerAddress: ParsableArguments {
    @Option(help: "The server's host.")
    var host = "127.0.0.1"

    @Option(help: "The server's port.")
    var port = 7443

    @Option(help: "Folder with ca.pem, and NAME.pem and NAME.key of each caller.")
    var certificates = ".run/certificates"

    /// How `caller` connects.
    func configuration(as caller: Caller) -> ClientConfiguration {
        ClientConfiguration(
            host: host, port: port,
            tls: TLSClientConfiguration(
                serverAuthorityFile: "\(certificates)/ca.pem", certificateFile: certificateFile(of: caller),
                privateKeyFile: "\(certificates)/\(caller.name).key"))
    }

    func certificateFile(of caller: Caller) -> String { "\(certificates)/\(caller.name).pem" }
}
