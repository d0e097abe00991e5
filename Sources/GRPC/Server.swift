public import EventLoop
internal import Glibc
public import Logging
internal import Synchronization
public import TLS

/// Where and how a server listens.
public struct ServerConfiguration: Sendable {
    /// A name or address of this machine.
    public var host: String
    /// 0 takes any free port.
    public var port: Int
    /// Nil serves clear text (HTTP/2 with prior knowledge), for tests and measurements only.
    public var tls: TLSServerConfiguration?
    public var limits: ServerLimits
    /// How often the TLS files are looked at; a change takes effect after the second look that finds it.
    public var certificateInterval = Duration.seconds(2)

    public init(host: String, port: Int, tls: TLSServerConfiguration?, limits: ServerLimits = .init()) {
        self.host = host
        self.port = port
        self.tls = tls
        self.limits = limits
    }
}

/// A gRPC server. Connections are dealt out to the loops in turn and stay there.
public final class Server: Sendable {
    private struct Running {
        var listener: ListenerBox
        var loops: [ServerLoop]
        var context: ServerContext
    }

    /// Carries the listener, and the timer of looks at certificates, to their loop and back.
    private final class ListenerBox: @unchecked Sendable {  // its parts are touched on their loop alone
        var listener: Listener?
        var certificates: LoopTimer?

        func close() {
            listener?.close()
            listener = nil
            certificates?.close()
            certificates = nil
        }
    }

    private let configuration: ServerConfiguration
    private let router: Router
    private let group: EventLoopGroup
    let logger: Logger
    private let running = Mutex<Running?>(nil)

    private static let backlog: Int32 = 1024

    public init(configuration: ServerConfiguration, router: Router, group: EventLoopGroup, logger: Logger) {
        self.configuration = configuration
        self.router = router
        self.group = group
        self.logger = logger
    }

    deinit {
        // A server that was not shut down: what belongs to the loops ends on the loops.
        guard let running = running.withLock({ $0 }) else { return }
        running.loops[0].loop.execute { running.listener.close() }
        for loop in running.loops { loop.loop.execute { loop.closeAll() } }
    }

    /// Nil while the server does not run.
    var context: ServerContext? { running.withLock { $0?.context } }

    /// Begins to listen; not called twice.
    /// - Returns: the port.
    /// - Throws: `TLSError` when certificate files are at fault, `Status` when the address is.
    public func start() async throws -> Int {
        let configuration = configuration
        // Files and names are read on the global pool, because both can block.
        let (tls, address) = try await Task.detached {
            let addresses = try SocketAddress.resolve(
                host: configuration.host, port: configuration.port, forListening: true)
            return (try configuration.tls.map { try ServerTLS($0) }, addresses[0])
        }.value
        let context = ServerContext(
            router: router, loops: group.loops.count, limits: configuration.limits, tls: tls, logger: logger)
        let (descriptor, port) = try SocketAddress.listen(address, backlog: Server.backlog)
        let loops = group.loops.map { ServerLoop(loop: $0, context: context) }
        let box = ListenerBox()
        running.withLock { $0 = Running(listener: box, loops: loops, context: context) }
        let loop = group.loops[0]
        loop.execute { box.listener = Server.listen(descriptor, on: loops, context: context) }
        if let tls {
            report(tls.current)
            loop.execute { [weak self] in self?.watchCertificates(box, on: loop) }
        }
        return port
    }

    private func watchCertificates(_ box: ListenerBox, on loop: EventLoop) {
        guard box.listener != nil else { return }
        let interval = configuration.certificateInterval
        let timer = LoopTimer(loop: loop) { [weak self] in
            // Files can block. The next look follows some time after this one has ended.
            Task.detached {
                await self?.lookAfterCertificates()
                loop.execute { box.certificates?.start(after: interval) }
            }
        }
        timer.start(after: interval)
        box.certificates = timer
    }

    /// Deals connections out round-robin, so that a few busy ones still use all cores.
    private static func listen(_ descriptor: Int32, on loops: [ServerLoop], context: ServerContext) -> Listener {
        var turn = 0
        let exhausted = {
            context.logger.warning("no file descriptor left: new connections wait until others end")
        }
        return Listener(loop: loops[0].loop, descriptor: descriptor, onExhaustion: exhausted) { connected, address in
            let open = context.connections.add(1, ordering: .relaxed).newValue
            guard open <= context.limits.maximumConnections else {
                context.connections.subtract(1, ordering: .relaxed)
                context.refused.add(1, ordering: .relaxed)
                Glibc.close(connected)
                return context.logger.warning("connection refused: too many", metadata: ["peer": "\(address)"])
            }
            let target = loops[turn % loops.count]
            turn &+= 1
            target.loop.execute { target.adopt(connected, address: address) }
        }
    }

    /// Ends every open connection whose client showed this certificate: no new call is taken on them from now on,
    /// and calls that have not ended after `grace` are cut off. Their handlers are cancelled; their callers get
    /// UNAVAILABLE.
    ///
    /// A client may connect again: whether it then may call is for the handshake and the services to say.
    /// - Parameter digest: SHA-256 of the certificate's DER form, as `Peer.certificateDigest`.
    /// - Returns: how many connections there were, once all of them are closed.
    @discardableResult
    public func closeConnections(
        ofCertificate digest: [UInt8], grace: Duration = Server.grace
    ) async -> Int {
        await closeConnections(grace: grace) { $0.peer?.certificateDigest == digest }
    }

    /// What running calls get when their client's certificate is not good any more.
    public static let grace = Duration.milliseconds(500)

    func closeConnections(
        grace: Duration, where fits: @escaping @Sendable (ServerConnection) -> Bool
    ) async -> Int {
        guard let loops = running.withLock({ $0?.loops }) else { return 0 }
        return await withTaskGroup { tasks in
            for loop in loops {
                tasks.addTask(executorPreference: loop.loop) { await loop.closeConnections(grace: grace, where: fits) }
            }
            return await tasks.reduce(0, +)
        }
    }

    /// The server's part of each loop; empty while it does not run.
    var loops: [ServerLoop] { running.withLock { $0?.loops ?? [] } }

    /// Stops accepting, announces the end to every client, and lets running calls end for at most `grace`.
    public func shutdown(grace: Duration) async {
        guard let running = running.withLock({ $0.take() }) else { return }
        await withCheckedContinuation { continuation in
            let accepted = running.loops[0].loop.execute {
                running.listener.close()
                continuation.resume()
            }
            if !accepted { continuation.resume() }
        }
        await withTaskGroup { tasks in
            for loop in running.loops {
                tasks.addTask(executorPreference: loop.loop) { await loop.shutdown(grace: grace) }
            }
        }
    }
}
