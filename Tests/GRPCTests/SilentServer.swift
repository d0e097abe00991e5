import Dispatch
import Glibc

/// A server in clear text that takes one connection, sends its SETTINGS, reads, and never answers.
final class SilentServer: @unchecked Sendable {  // the descriptor does not change
    let port: Int
    private let listening: Int32

    init() {
        listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listening = listening
        port = withUnsafeMutableBytes(of: &address) { bytes in
            let base = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            _ = bind(listening, base, length)
            _ = listen(listening, 1)
            getsockname(listening, base, &length)
            return Int(bytes[2]) << 8 | Int(bytes[3])
        }
    }

    deinit { close(listening) }

    /// Serves until the client closes; what it has sent, without its preface.
    func serve() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "silent server").async { [self] in
                let connection = accept(listening, nil, nil)
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
