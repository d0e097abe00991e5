internal import EventLoop
internal import Glibc

/// One request of a scraper and its answer, in HTTP/1.1 (RFC 9112); the connection closes after it.
///
/// States: *reading* the request's head, *rendering* (nothing is watched), *writing* the answer, *closed*. Confined to
/// its loop.
final class MetricsConnection: @unchecked Sendable {  // confined to its loop
    /// Bytes of a request's head.
    private static let maximumHead = 8 << 10
    /// For the whole exchange.
    private static let patience = Duration.seconds(5)

    private let loop: EventLoop
    private let descriptor: Int32
    private let registry: MetricsRegistry
    private let onClose: (MetricsConnection) -> Void
    private var watch: FileWatch?
    private var timer: LoopTimer?
    private var head: [UInt8] = []
    private var answer: [UInt8] = []
    private var written = 0

    init(
        loop: EventLoop, descriptor: Int32, registry: MetricsRegistry,
        onClose: @escaping (MetricsConnection) -> Void
    ) {
        self.loop = loop
        self.descriptor = descriptor
        self.registry = registry
        self.onClose = onClose
    }

    func start() {
        let watch = FileWatch(loop: loop, descriptor: descriptor) { [unowned self] _ in
            if answer.isEmpty { read() } else { write() }
        }
        watch.interest = .readable
        self.watch = watch
        let timer = LoopTimer(loop: loop) { [unowned self] in close() }
        timer.start(after: MetricsConnection.patience)
        self.timer = timer
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            return close()
        }
        head += buffer[..<count]
        if head.contains("\r\n\r\n".utf8) { return respond() }
        if head.count > MetricsConnection.maximumHead { send("431 Request Header Fields Too Large", []) }
    }

    private func respond() {
        watch?.interest = []
        let line = String(decoding: head.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return send("400 Bad Request", []) }
        guard words[0] == "GET" else { return send("405 Method Not Allowed", [], "Allow: GET\r\n") }
        guard words[1].prefix(while: { $0 != "?" }) == "/metrics" else { return send("404 Not Found", []) }
        loop.spawn { [self] in
            let body = await registry.render()
            send("200 OK", body, "Content-Type: \(MetricsRegistry.contentType)\r\n")
        }
    }

    private func send(_ status: String, _ body: [UInt8], _ field: String = "") {
        answer = Array(
            "HTTP/1.1 \(status)\r\n\(field)Content-Length: \(body.count)\r\nConnection: close\r\n\r\n".utf8)
        answer += body
        watch?.interest = .writable
    }

    private func write() {
        let count = answer[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            return close()
        }
        written += count
        if written == answer.count { close() }
    }

    func close() {
        guard let watch else { return }
        watch.close()
        self.watch = nil
        timer?.close()
        timer = nil
        Glibc.close(descriptor)
        onClose(self)
    }
}
