internal import Glibc

/// The loops of a process: one thread per core, nothing shared between them.
public final class EventLoopGroup: Sendable {
    public let loops: [EventLoop]

    /// Starts `count` loops, by default one per core available to the process.
    public init(count: Int = EventLoopGroup.coreCount) {
        // A peer that vanishes must be an error of one write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        loops = (0..<max(1, count)).map { EventLoop(index: $0) }
        for loop in loops { loop.start() }
    }

    /// Cores this process may run on.
    public static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Stops every loop and waits for its thread; blocks, so never call it on a loop.
    public func shutdown() {
        for loop in loops { loop.stop() }
    }
}
