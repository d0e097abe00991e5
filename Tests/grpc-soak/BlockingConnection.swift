import Glibc
import TLS

/// A socket that blocks, with time limits, and TLS on it by hand.
final class BlockingConnection {
    private let descriptor: Int32
    private var tls: TLSConnection?

    /// The server's limits in this test are some seconds; who waits longer has found a hole.
    private static let patience = 20

    init?(port: Int) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: BlockingConnection.patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafeBytes(of: &address) { bytes in
            connect(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        if code != 0 { return nil }
    }

    deinit { close(descriptor) }

    func sendPlain(_ bytes: [UInt8]) { _ = write(descriptor, bytes, bytes.count) }

    /// Shakes hands; false when that fails.
    func secure(_ configuration: TLSClientConfiguration) -> Bool {
        guard let context = try? TLSContext(configuration),
            let made = try? TLSConnection(context: context, descriptor: descriptor, host: "127.0.0.1")
        else { return false }
        tls = made
        return made.handshake() == .done(0)
    }

    /// Sends as much as the server takes before it closes.
    func send(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count,
                case .done(let count)? = tls?.write(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
            {
                sent += count
            }
        }
    }

    /// Waits for a second without taking anything.
    func waitWithoutReading() {
        var nothing = pollfd(fd: descriptor, events: 0, revents: 0)
        _ = poll(&nothing, 1, 1000)
    }

    /// Reads until the server closes.
    /// - Returns: whether it did, within its patience and before too much had come.
    func drain() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // What comes is of no interest, and need not be decrypted. A reader that never read is cut off by its own end.
        for _ in 0..<1000 {
            let count = read(descriptor, &buffer, buffer.count)
            if count <= 0 { return count == 0 || errno != EAGAIN }
        }
        return false
    }
}
