internal import EventLoop
internal import Glibc
internal import Logging
internal import Synchronization
internal import TLS

/// The connections of a server on one loop. Confined to the loop.
final class ServerLoop: @unchecked Sendable {  // confined to its loop; other threads only hand it over
    let loop: EventLoop
    let context: ServerContext
    private var connections: [ServerConnection] = []
    private var sweeper: LoopTimer?
    private var isDraining = false
    /// Connections that have ended, by how they did.
    private(set) var ends = Array(repeating: UInt64(0), count: ConnectionEnd.allCases.count)
    /// Who waits for connections to go, and looks anew after each that does.
    private var onRemoval: [CheckedContinuation<Void, Never>] = []

    private static let looksPerTurn = 32

    init(loop: EventLoop, context: ServerContext) {
        self.loop = loop
        self.context = context
    }

    /// Takes over a connected socket, which the acceptor has counted.
    func adopt(_ descriptor: Int32, address: String) {
        guard !isDraining else { return drop(descriptor) }
        let tls: TLSConnection?
        do {
            let records = LoopResources.of(loop).records
            tls = try context.tls.map {
                try TLSConnection(context: $0.current, descriptor: descriptor, output: records)
            }
        } catch {
            context.logger.error("cannot secure a connection", metadata: ["reason": "\(error)"])
            return drop(descriptor)
        }
        let connection = ServerConnection(
            loop: loop, socket: Socket(descriptor: descriptor, tls: tls), context: context, address: address
        ) { [unowned self] in removed($0) }
        if let interval = context.limits.keepaliveInterval {
            SocketAddress.limitSilence(descriptor, interval + context.limits.keepaliveTimeout)
        }
        connection.place = connections.count
        connections.append(connection)
        startSweeping()
        connection.start()
    }

    private func drop(_ descriptor: Int32) {
        close(descriptor)
        context.connections.subtract(1, ordering: .relaxed)
    }

    private func removed(_ connection: ServerConnection) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.place] = last
            last.place = connection.place
        }
        context.connections.subtract(1, ordering: .relaxed)
        ends[(connection.end ?? .peerLeft).rawValue] += 1
        if connections.isEmpty {
            sweeper?.close()
            sweeper = nil
        }
        let waiters = onRemoval
        onRemoval = []
        for waiter in waiters { waiter.resume() }
    }

    struct Figures: Sendable {
        /// Connections that are open now, and calls under way on them.
        var connections: Int
        var calls: Int
        /// Connections that have ended, in the order of `ConnectionEnd.allCases`.
        var ends: [UInt64]
    }

    /// A connection that lingers has ended.
    var figures: Figures {
        var figures = Figures(connections: 0, calls: 0, ends: ends)
        for connection in connections {
            if connection.phase == .lingering {
                figures.ends[(connection.end ?? .peerLeft).rawValue] += 1
            } else {
                figures.connections += 1
                figures.calls += connection.streams.count
            }
        }
        return figures
    }

    private func nextRemoval() async {
        await withCheckedContinuation { onRemoval.append($0) }
    }

    // MARK: - Time

    private func startSweeping() {
        guard sweeper == nil else { return }
        let interval = ConnectionLife.lookInterval(context.limits)
        let timer = LoopTimer(loop: loop) { [unowned self] in sweep() }
        timer.start(after: interval, every: interval)
        sweeper = timer
    }

    private func sweep() {
        let now = EventLoop.now
        // A copy, because a connection that ends leaves the list.
        for connection in connections { connection.look(at: now) }
    }

    // MARK: - Ending single connections

    /// Ends the connections that fit; calls that still run after `grace` are cut off.
    /// - Returns: how many there were, once all of them are closed.
    func closeConnections(grace: Duration, where fits: @Sendable (ServerConnection) -> Bool) async -> Int {
        var chosen: [ServerConnection] = []
        for (index, connection) in connections.enumerated() {
            if fits(connection) { chosen.append(connection) }
            // To look at a certificate can take as long as a call: calls go on in between.
            if index % ServerLoop.looksPerTurn == ServerLoop.looksPerTurn - 1 { await Task.yield() }
        }
        for connection in chosen { connection.dismiss() }
        let timer = LoopTimer(loop: loop) {
            for connection in chosen { connection.terminate(.certificateRefused) }
        }
        timer.start(after: grace)
        while chosen.contains(where: { $0.phase != .closed }) { await nextRemoval() }
        timer.close()
        return chosen.count
    }

    // MARK: - Shutdown

    /// Lets running calls end for at most `grace`, then closes what is left.
    func shutdown(grace: Duration) async {
        isDraining = true
        for connection in connections { connection.drain() }
        guard !connections.isEmpty else { return }
        let timer = LoopTimer(loop: loop) { [unowned self] in closeAll() }
        timer.start(after: grace)
        while !connections.isEmpty { await nextRemoval() }
        timer.close()
    }

    func closeAll() {
        for connection in connections { connection.terminate(.shutdown) }
    }
}
