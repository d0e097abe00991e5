import Dispatch
import Glibc

/// A client that writes frames by hand, to send what no proper client sends, in clear text.
///
/// Reading blocks a thread of its own, so that tests do not take threads from each other.
final class RawPeer: @unchecked Sendable {  // the descriptor does not change; one task records
    struct Frame: Equatable, Sendable {
        let type: UInt8
        let flags: UInt8
        let stream: UInt32
        let payload: [UInt8]

        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let priority: UInt8 = 2
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let pushPromise: UInt8 = 5
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let windowUpdate: UInt8 = 8
        static let continuation: UInt8 = 9
        static let endStream: UInt8 = 1
        static let ack: UInt8 = 1
        static let endHeaders: UInt8 = 4
        static let padded: UInt8 = 8

        /// The error code of RST_STREAM or GOAWAY.
        var code: UInt8? { type == Frame.goAway ? payload.dropFirst(7).first : payload.dropFirst(3).first }
    }

    private let descriptor: Int32
    /// What a peer without a connection would have sent.
    private(set) var recorded: [UInt8] = []
    private let queue = DispatchQueue(label: "raw peer")

    /// Connects and sends the preface and empty SETTINGS (RFC 9113 section 3.4).
    /// - Parameter receiveBuffer: bytes that the kernel takes for it, which is a hint; its own choice without it.
    init(port: Int, sendsPreface: Bool = true, receiveBuffer: Int32? = nil) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBuffer {
            setsockopt(
                descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = withUnsafeBytes(of: &address) { bytes in
            connect(
                descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        guard sendsPreface else { return }
        send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8))
        send(type: Frame.settings, flags: 0, stream: 0, [])
    }

    /// Speaks on a connection that is there, and owns it.
    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Sends nothing, and keeps what it would send.
    init() {
        descriptor = -1
        send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8))
        send(type: Frame.settings, flags: 0, stream: 0, [])
    }

    deinit { close(descriptor) }

    /// Says that nothing more will come.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads to the end of the connection; false when there is none within the peer's patience.
    func ended() async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                var buffer = [UInt8](repeating: 0, count: 65_536)
                var count = 1
                while count > 0 { count = recv(descriptor, &buffer, buffer.count, 0) }
                continuation.resume(returning: count == 0 || errno != EAGAIN)
            }
        }
    }

    func send(_ bytes: [UInt8]) {
        guard descriptor >= 0 else { return recorded += bytes }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func send(type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]) {
        let length = [UInt8(payload.count >> 16 & 255), UInt8(payload.count >> 8 & 255), UInt8(payload.count & 255)]
        let id = (0..<4).map { UInt8(truncatingIfNeeded: stream >> UInt32(24 - 8 * $0)) }
        send(length + [type, flags] + id + payload)
    }

    static let post = [
        (":method", "POST"), (":scheme", "http"), (":path", "/test.Echo/Unary"), (":authority", "test"),
        ("te", "trailers"), ("content-type", "application/grpc"),
    ]

    /// HEADERS with every field as a literal without indexing (RFC 7541 section 6.2.2).
    func headers(_ stream: UInt32, _ fields: [(String, String)] = RawPeer.post, endStream: Bool = false) {
        send(type: Frame.headers, flags: 4 | (endStream ? 1 : 0), stream: stream, RawPeer.block(fields))
    }

    static func block(_ fields: [(String, String)] = RawPeer.post) -> [UInt8] {
        var block: [UInt8] = []
        for (name, value) in fields {
            block.append(0)
            for text in [name, value] {
                precondition(text.utf8.count < 127, "longer lengths take several bytes")
                block.append(UInt8(text.utf8.count))
                block += text.utf8
            }
        }
        return block
    }

    func data(_ stream: UInt32, _ payload: [UInt8], endStream: Bool = false) {
        send(type: Frame.data, flags: endStream ? 1 : 0, stream: stream, payload)
    }

    /// A message behind its prefix.
    static func message(_ payload: [UInt8]) -> [UInt8] {
        [0] + (0..<4).map { UInt8(truncatingIfNeeded: payload.count >> (24 - 8 * $0)) } + payload
    }

    /// The next frame; nil at the end of the connection.
    func next() async -> Frame? {
        await frames { _ in true }.last
    }

    /// Frames up to the first that fits, that one last; all up to the end of the connection when none does.
    func frames(until fits: @escaping @Sendable (Frame) -> Bool) async -> [Frame] {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                var frames: [Frame] = []
                while let frame = read() {
                    frames.append(frame)
                    if fits(frame) { break }
                }
                continuation.resume(returning: frames)
            }
        }
    }

    /// Frames of a stream up to the one that ends it.
    func response(_ stream: UInt32) async -> [Frame] {
        let frames = await frames {
            let isLast = $0.type <= Frame.headers && $0.flags & Frame.endStream != 0
            return $0.stream == stream && ($0.type == Frame.reset || isLast)
        }
        return frames.filter { $0.stream == stream }
    }

    /// The next frame; blocks.
    func read() -> Frame? {
        guard let head = read(exactly: 9) else { return nil }
        let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
        guard let payload = read(exactly: length) else { return nil }
        let stream = head[5...8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Frame(type: head[3], flags: head[4], stream: stream, payload: payload)
    }

    /// Whatever comes until the connection ends; blocks.
    func readToEnd() -> [UInt8] {
        var bytes: [UInt8] = []
        while let byte = read(exactly: 1) { bytes += byte }
        return bytes
    }

    /// So many bytes; blocks.
    func read(exactly count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + filled, count - filled, 0) }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }
}
