import Dispatch
import Glibc

/// A server in clear text that takes one connection, sends its SETTINGS, reads, and never answers.
final class SilentServer: Sendable {
    private let listening = ListeningSocket()

    var port: Int { listening.port }

    /// Serves until the client closes; what it has sent, without its preface.
    func serve() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "silent server").async { [self] in
                let connection = accept(listening.descriptor, nil, nil)
                let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
                _ = write(connection, settings, settings.count)
                var received: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = read(connection, &buffer, buffer.count)
                    guard count > 0 else { break }
                    received += buffer[..<count]
                }
                close(connection)
                continuation.resume(returning: Array(received.dropFirst(24)))
            }
        }
    }
}
