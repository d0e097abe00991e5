import Glibc

/// A socket that listens on a free port of the loopback, for servers that tests write by hand.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    let port: Int

    init() {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = withUnsafeMutableBytes(of: &address) { bytes in
            let base = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            _ = bind(descriptor, base, length)
            _ = listen(descriptor, 8)
            getsockname(descriptor, base, &length)
            return Int(bytes[2]) << 8 | Int(bytes[3])
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Ends whoever waits in `accept`.
    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
