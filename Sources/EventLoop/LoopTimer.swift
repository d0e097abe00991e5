internal import CLibUV

/// A timer of a loop, once or repeating, with millisecond resolution. Confined to the loop.
public final class LoopTimer {
    private final class Owner {
        weak var timer: LoopTimer?
        init(_ timer: LoopTimer) { self.timer = timer }
    }

    private let loop: EventLoop
    private var handle: UnsafeMutablePointer<uv_timer_t>?
    private let onFire: () -> Void

    /// - Parameter onFire: called on the loop; it may stop, restart or close the timer.
    public init(loop: EventLoop, onFire: @escaping () -> Void) {
        assert(loop.isCurrent, "a timer is created on its loop")
        self.loop = loop
        self.onFire = onFire
        let handle = UnsafeMutablePointer<uv_timer_t>.allocate(capacity: 1)
        uv_timer_init(loop.uv, handle)
        self.handle = handle
        handle.pointee.data = Unmanaged.passRetained(Owner(self)).toOpaque()
    }

    deinit { close() }

    /// Fires after `delay`, then every `interval` if one is given. A running timer starts anew.
    public func start(after delay: Duration, every interval: Duration? = nil) {
        guard let handle else { return }
        uv_update_time(handle.pointee.loop)
        let first = delay.wholeMilliseconds
        uv_timer_start(
            handle,
            { fired in
                Unmanaged<Owner>.fromOpaque(fired!.pointee.data).takeUnretainedValue().timer?.onFire()
            }, first, interval.map { max(1, $0.wholeMilliseconds) } ?? 0)
    }

    public func stop() {
        guard let handle else { return }
        uv_timer_stop(handle)
    }

    /// Ends the timer for good.
    public func close() {
        guard let handle else { return }
        self.handle = nil
        let base = UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)
        guard uv_is_closing(base) == 0 else { return }  // the loop has ended and took the handle with it
        assert(loop.isCurrent, "a timer is closed on its loop")
        uv_timer_stop(handle)
        uv_close(base) { closed in
            Unmanaged<Owner>.fromOpaque(closed!.pointee.data).release()
            closed!.deallocate()
        }
    }
}

extension Duration {
    /// Rounded up, so that a timer never fires early; negative durations are zero.
    var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1000)
        return overflow ? .max : whole &+ UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
