public import EventLoop
internal import Glibc
internal import Synchronization

/// Serves `GET /metrics` in plain HTTP/1.1, for scrapers on the same machine: it listens on loopback addresses alone,
/// because it asks nobody who they are.
public final class MetricsListener: Sendable {
    /// What belongs to the loop. Confined to it.
    private final class State: @unchecked Sendable {  // confined to its loop
        var listener: Listener?
        var connections: [ObjectIdentifier: MetricsConnection] = [:]
    }

    /// Scrapers at a time; more are closed at once.
    private static let maximumConnections = 16
    private static let backlog: Int32 = 16

    private let host: String
    private let port: Int
    private let registry: MetricsRegistry
    private let loop: EventLoop
    private let state = State()

    /// - Parameters:
    ///   - host: a name or address that stands for loopback addresses only.
    ///   - port: 0 takes any free port.
    public init(host: String, port: Int, registry: MetricsRegistry, loop: EventLoop) {
        self.host = host
        self.port = port
        self.registry = registry
        self.loop = loop
    }

    /// Begins to listen; not called twice.
    /// - Returns: the port.
    /// - Throws: `Status` with INVALID_ARGUMENT for an address that is not loopback, UNAVAILABLE when it cannot be had.
    public func start() async throws -> Int {
        let (host, port) = (host, port)
        let addresses = try await Task.detached {
            try SocketAddress.resolve(host: host, port: port, forListening: true)
        }.value
        guard !addresses.isEmpty, addresses.allSatisfy(\.isLoopback) else {
            throw Status(
                .invalidArgument,
                "metrics in clear text are served on loopback only: \(host) is none; use 127.0.0.1, ::1 or localhost")
        }
        let (descriptor, bound) = try SocketAddress.listen(addresses[0], backlog: MetricsListener.backlog)
        let (loop, state, registry) = (loop, state, registry)
        await LoopHop.read(on: loop) {
            state.listener = Listener(loop: loop, descriptor: descriptor, onExhaustion: {}) { connected, _ in
                MetricsListener.adopt(connected, state, registry, loop)
            }
        }
        return bound
    }

    private static func adopt(_ descriptor: Int32, _ state: State, _ registry: MetricsRegistry, _ loop: EventLoop) {
        guard state.connections.count < maximumConnections else {
            Glibc.close(descriptor)
            return
        }
        let connection = MetricsConnection(loop: loop, descriptor: descriptor, registry: registry) { [unowned state] in
            state.connections[ObjectIdentifier($0)] = nil
        }
        state.connections[ObjectIdentifier(connection)] = connection
        connection.start()
    }

    /// Stops listening and cuts off who still reads.
    public func close() async {
        let state = state
        await LoopHop.read(on: loop) {
            state.listener?.close()
            state.listener = nil
            for connection in state.connections.values { connection.close() }
        }
    }
}
