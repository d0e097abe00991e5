internal import CLibUV

/// Watches one file descriptor on a loop (`uv_poll`). Confined to the loop; the descriptor stays the caller's.
public final class FileWatch {
    /// What to wait for, or what has happened.
    public struct Events: OptionSet, Sendable {
        public let rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }
        public static let readable = Events(rawValue: 1)
        public static let writable = Events(rawValue: 2)
        /// The descriptor has an error; nothing more is reported until `interest` is set again.
        public static let failed = Events(rawValue: 1 << 16)
    }

    private final class Owner {
        weak var watch: FileWatch?
        init(_ watch: FileWatch) { self.watch = watch }
    }

    private let loop: EventLoop
    private var handle: UnsafeMutablePointer<uv_poll_t>?
    private let onReady: (Events) -> Void

    /// What the watch waits for; setting it to the same value costs nothing.
    public var interest: Events = [] {
        didSet { if interest != oldValue { update() } }
    }

    /// - Parameter onReady: called on the loop; it may close the watch.
    public init(loop: EventLoop, descriptor: Int32, onReady: @escaping (Events) -> Void) {
        assert(loop.isCurrent, "a watch is created on its loop")
        self.loop = loop
        self.onReady = onReady
        let handle = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
        let code = uv_poll_init(loop.uv, handle, descriptor)
        precondition(code == 0, "cannot watch descriptor \(descriptor): \(String(cString: uv_strerror(code)))")
        self.handle = handle
        handle.pointee.data = Unmanaged.passRetained(Owner(self)).toOpaque()
    }

    deinit { close() }

    private func update() {
        guard let handle, !isClosedByLoop(handle) else { return }
        guard !interest.isEmpty else {
            uv_poll_stop(handle)
            return
        }
        uv_poll_start(handle, interest.rawValue) { handle, status, events in
            let owner = Unmanaged<Owner>.fromOpaque(handle!.pointee.data).takeUnretainedValue()
            guard let watch = owner.watch else { return }
            if status < 0 {
                watch.interest = []
                watch.onReady(.failed)
            } else {
                watch.onReady(Events(rawValue: events))
            }
        }
    }

    /// Whether the loop has ended and took the handle with it.
    private func isClosedByLoop(_ handle: UnsafeMutablePointer<uv_poll_t>) -> Bool {
        uv_is_closing(FileWatch.base(handle)) != 0
    }

    private static func base(_ handle: UnsafeMutablePointer<uv_poll_t>) -> UnsafeMutablePointer<uv_handle_t> {
        UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)
    }

    /// Stops watching. The descriptor may be closed right after.
    public func close() {
        guard let handle else { return }
        self.handle = nil
        guard !isClosedByLoop(handle) else { return }
        assert(loop.isCurrent, "a watch is closed on its loop")
        uv_poll_stop(handle)
        uv_close(FileWatch.base(handle)) { closed in
            Unmanaged<Owner>.fromOpaque(closed!.pointee.data).release()
            closed!.deallocate()
        }
    }
}
