import Glibc
import TLS
import TestCertificates

/// A TLS client without gRPC behind it. Its bytes pass through a relay, so that the test says when they move.
final class TLSProbe {
    let connection: TLSConnection
    private let descriptor: Int32
    /// The relay's end towards the client, and the client's.
    private let ends: [Int32]

    init(port: Int, pair: TestCertificates.Pair = TestCertificates.shared.client) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = withUnsafeBytes(of: &address) { bytes in
            connect(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        self.descriptor = descriptor
        var made: [Int32] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &made)
        ends = made
        let context = try TLSContext(
            TLSClientConfiguration(
                serverAuthorityFile: TestCertificates.shared.authority, certificateFile: pair.certificate,
                privateKeyFile: pair.key))
        connection = try TLSConnection(context: context, descriptor: made[1], host: "127.0.0.1")
    }

    deinit { for open in ends + [descriptor] { close(open) } }

    /// Passes on what the client has written, and waits until the server has sent something.
    func awaitServer() {
        move(from: ends[0], to: descriptor)
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&ready, 1, 20_000)
    }

    private func move(from source: Int32, to target: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(source, &buffer, buffer.count)
        if count > 0 { _ = write(target, buffer, count) }
        // The other side has closed, in order or not.
        if count == 0 || count < 0 && errno != EAGAIN { shutdown(target, Int32(SHUT_WR)) }
    }

    private func exchange() {
        awaitServer()
        move(from: descriptor, to: ends[0])
    }

    /// Takes the handshake to its end.
    func shake() -> TLSConnection.Step {
        var step = connection.handshake()
        while step == .wantsRead {
            exchange()
            step = connection.handshake()
        }
        return step
    }

    /// How many bytes come until the server closes.
    func readToEnd() -> Int {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
        defer { buffer.deallocate() }
        var bytes = 0
        while true {
            switch connection.read(into: buffer) {
            case .done(let count): bytes += count
            case .wantsRead: exchange()
            default: return bytes
            }
        }
    }

    /// The subject of the certificate that the server shows to new connections.
    static func subject(port: Int) throws -> String? {
        let probe = try TLSProbe(port: port)
        return probe.shake() == .done(0) ? probe.connection.peerIdentity()?.subject : nil
    }
}
