internal import ArgumentParser
internal import EventLoop
internal import Foundation
internal import GRPC
internal import TLS

/// Where to connect and as whom; the same for every command that talks to a server.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "Server to call, host:port (or ALLMENDE_SERVER).")
    var server: String?

    @Option(help: "PEM file with the authorities that may have issued the server's certificate (or ALLMENDE_CA).")
    var ca: String?

    @Option(help: "PEM file with your own certificate (or ALLMENDE_CERTIFICATE).")
    var certificate: String?

    @Option(help: "PEM file with the private key of your certificate (or ALLMENDE_KEY).")
    var key: String?

    @Option(help: "How to print results: table, json or csv.")
    var output = OutputFormat.table

    func validate() throws {
        _ = try address()
        for (option, value, variable) in files where value.isEmpty {
            throw ValidationError("Name a file with --\(option), or set \(variable).")
        }
    }

    /// A session with the server; the connection itself is made by the first call.
    ///
    /// - Throws: `CommandFailure` when one of the files cannot be read.
    func open() throws -> Session {
        for (option, file, _) in files where !FileManager.default.isReadableFile(atPath: file) {
            throw CommandFailure("Cannot read \(file), which --\(option) names.")
        }
        let address = try address()
        let tls = TLSClientConfiguration(
            serverAuthorityFile: files[0].value, certificateFile: files[1].value, privateKeyFile: files[2].value)
        let configuration = ClientConfiguration(host: address.host, port: address.port, tls: tls)
        // One connection lives on one loop; a second one would only idle.
        let client = Client(configuration: configuration, loop: EventLoopGroup(count: 1).loops[0])
        return Session(client: client, address: address, output: output)
    }

    private var files: [(option: String, value: String, variable: String)] {
        [
            ("ca", given(ca, "ALLMENDE_CA"), "ALLMENDE_CA"),
            ("certificate", given(certificate, "ALLMENDE_CERTIFICATE"), "ALLMENDE_CERTIFICATE"),
            ("key", given(key, "ALLMENDE_KEY"), "ALLMENDE_KEY"),
        ]
    }

    private func address() throws -> ServerAddress {
        let text = given(server, "ALLMENDE_SERVER")
        if text.isEmpty { throw ValidationError("Name the server with --server host:port, or set ALLMENDE_SERVER.") }
        guard let address = ServerAddress(text) else {
            throw ValidationError("The server must be host:port such as localhost:8443, not \"\(text)\".")
        }
        return address
    }

    private func given(_ option: String?, _ variable: String) -> String {
        option ?? ProcessInfo.processInfo.environment[variable] ?? ""
    }
}
