import Dispatch
import EventLoop
import GRPC
import Glibc
import Logging
import Synchronization

#if FUZZER
    /// What libFuzzer, which brings the main function, calls with each input.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func exerciseOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        Fuzz.exercise(UnsafeRawBufferPointer(start: bytes, count: count))
        return 0
    }
#else
    @main
    enum Main {
        static func main() { print("built without the fuzzer: see deploy/dev/fuzz") }
    }
#endif

/// libFuzzer over a server's connection in clear text: each input is what one client sends before it closes. What it
/// has found worth keeping lies in Tests/GRPCTests/Corpus, and the tests send it again.
enum Fuzz {
    /// The server's, which starts with the first input.
    private static let port: Int = {
        let port = Mutex(0)
        let isStarted = DispatchSemaphore(value: 0)
        Task.detached {
            let bound = try await startServer()
            port.withLock { $0 = bound }
            isStarted.signal()
        }
        isStarted.wait()
        return port.withLock { $0 }
    }()

    private static func startServer() async throws -> Int {
        var router = Router()
        router.unary(MethodDescriptor(service: "test.Echo", method: "Unary", kind: .unary)) { request, _ in request }
        let chat = MethodDescriptor(service: "test.Echo", method: "Chat", kind: .bidirectionalStreaming)
        router.stream(chat) { call in
            call.compressResponses()
            while let message = try await call.receive() { try await call.send(message) }
        }
        router.page("/page") { _ in Page(contentType: "text/plain", body: [UInt8](repeating: 65, count: 100_000)) }
        var logger = Logger(label: "fuzz")
        logger.logLevel = .critical
        let server = Server(
            configuration: ServerConfiguration(host: "127.0.0.1", port: 0, tls: nil), router: router,
            group: EventLoopGroup(count: 1), logger: logger)
        let bound = try await server.start()
        servers.withLock { $0.append(server) }
        return bound
    }

    /// What serves until the process ends.
    private static let servers = Mutex<[Server]>([])

    /// One client. A server that does not end the connection within the time has lost it: that is a finding too.
    static func exercise(_ bytes: UnsafeRawBufferPointer) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafeBytes(of: &address) { bytes in
            connect(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        precondition(code == 0, "the server does not take connections any more")
        _ = bytes.count == 0 ? 0 : Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        shutdown(descriptor, Int32(SHUT_WR))
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
            var count = 1
            while count > 0 { count = read(descriptor, buffer.baseAddress, buffer.count) }
            precondition(count == 0 || errno != EAGAIN, "the server does not end the connection")
        }
        close(descriptor)
    }
}
