internal import EventLoop

extension EventLoop {
    /// Suspends the task, not the loop.
    func pause(nanoseconds: UInt64) async {
        var timer: LoopTimer?
        await withUnsafeContinuation { continuation in
            timer = LoopTimer(loop: self) { continuation.resume() }
            timer?.start(after: .nanoseconds(Int64(clamping: nanoseconds)))
        }
        timer?.close()
    }
}
