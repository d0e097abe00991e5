import Foundation
import Glibc
import TLS
import TestCertificates
import TestSupport
import Testing

/// Lets the openssl command connect, which offers whatever its options say and resumes sessions.
struct CommandLineClient {
    /// How the server saw one connection.
    struct Outcome {
        let step: TLSConnection.Step
        let connection: TLSConnection
        /// What the command printed.
        let output: String
    }

    /// One connection from the handshake to its end, to a server with `context`.
    static func connect(to context: TLSContext, _ arguments: [String]) throws -> Outcome {
        let path = TestCertificates.shared.directory.appending(path: "\(UUID().uuidString).sock").path
        let listening = try #require(listen(path))
        defer { close(listening) }
        // Without the end of input being the end of the connection, so that tickets arrive.
        let client = try Command.start(["openssl", "s_client", "-unix", path, "-ign_eof"] + arguments)
        var ready = pollfd(fd: listening, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, 20_000) == 1 else { throw Failure() }
        let descriptor = accept(listening, nil, nil)
        let connection = try TLSConnection(context: context, descriptor: descriptor)
        let step = connection.handshake()
        connection.shutdown()
        close(descriptor)
        return Outcome(step: step, connection: connection, output: client.finish().output)
    }

    struct Failure: Error {}

    private static func listen(_ path: String) -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafeBytes(of: &address) {
            bind(
                descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_un>.size))
        }
        return bound == 0 && Glibc.listen(descriptor, 1) == 0 ? descriptor : nil
    }
}

extension TestCertificates.Pair {
    /// Shows this certificate.
    var options: [String] { ["-cert", certificate, "-key", key] }
}
