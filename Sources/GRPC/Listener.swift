internal import EventLoop
internal import Glibc

/// Accepts connections on one loop. Confined to it.
final class Listener {
    /// The outcome of one attempt to accept.
    enum Accepted {
        case connection(Int32, address: String)
        /// Nobody is waiting.
        case none
        /// One connection was lost before it was accepted: try the next.
        case skip
        /// The process has no descriptor or memory left.
        case exhausted
    }

    /// Connections per turn before others get theirs.
    private static let acceptsPerTurn = 64
    /// The pause after which accepting is tried again when descriptors have run out. Clients wait in the backlog.
    private static let pause = Duration.milliseconds(100)

    private let loop: EventLoop
    private let descriptor: Int32
    private let accept: (Int32) -> Accepted
    private let onConnection: (Int32, String) -> Void
    private let onExhaustion: () -> Void
    private var watch: FileWatch?
    private var retry: LoopTimer?

    init(
        loop: EventLoop, descriptor: Int32, accept: @escaping (Int32) -> Accepted = Listener.acceptOne,
        onExhaustion: @escaping () -> Void, onConnection: @escaping (Int32, String) -> Void
    ) {
        self.loop = loop
        self.descriptor = descriptor
        self.accept = accept
        self.onExhaustion = onExhaustion
        self.onConnection = onConnection
        watch = FileWatch(loop: loop, descriptor: descriptor) { [unowned self] _ in acceptAll() }
        watch?.interest = .readable
        retry = LoopTimer(loop: loop) { [unowned self] in watch?.interest = .readable }
    }

    private func acceptAll() {
        for _ in 0..<Listener.acceptsPerTurn where watch != nil {
            switch accept(descriptor) {
            case .connection(let connected, let address): onConnection(connected, address)
            case .skip: continue
            case .none: return
            case .exhausted:
                watch?.interest = []
                retry?.start(after: Listener.pause)
                return onExhaustion()
            }
        }
    }

    /// Stops accepting and closes the listening socket.
    func close() {
        guard let watch else { return }
        watch.close()
        self.watch = nil
        retry?.close()
        retry = nil
        Glibc.close(descriptor)
    }

    static func acceptOne(_ listening: Int32) -> Accepted {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let connected = withUnsafeMutableBytes(of: &storage) { bytes in
            Glibc.accept(listening, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
        }
        guard connected < 0 else {
            // The C library hides accept4 from Swift, so the flags take two calls more.
            _ = fcntl(connected, F_SETFL, O_NONBLOCK)
            _ = fcntl(connected, F_SETFD, FD_CLOEXEC)
            var one: Int32 = 1
            setsockopt(connected, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
            return .connection(connected, address: SocketAddress.text(&storage, length))
        }
        switch errno {
        case EAGAIN: return .none
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
        default: return .skip
        }
    }
}
