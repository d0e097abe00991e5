extension EventLoop {
    /// Suspends the task, not the loop, for `duration`; a cancelled task goes on at once.
    ///
    /// To be called on the loop.
    /// - Throws: `CancellationError` when the task was cancelled before or meanwhile.
    public func pause(for duration: Duration) async throws {
        precondition(isCurrent, "a task pauses on its loop")
        let pause = Pause(on: self)
        await withTaskCancellationHandler {
            await withUnsafeContinuation { pause.begin($0, for: duration) }
        } onCancel: {
            // The one who cancels may be on any thread; without a loop there is nobody left to wait.
            execute { pause.end() }
        }
        try Task.checkCancellation()
    }
}

/// One wait of one task. Confined to its loop.
private final class Pause: @unchecked Sendable {  // confined to its loop
    private let loop: EventLoop
    private var timer: LoopTimer?
    private var waiting: UnsafeContinuation<Void, Never>?
    private var isOver = false

    init(on loop: EventLoop) { self.loop = loop }

    func begin(_ continuation: UnsafeContinuation<Void, Never>, for duration: Duration) {
        guard !isOver, !Task.isCancelled else { return continuation.resume() }
        waiting = continuation
        timer = LoopTimer(loop: loop) { [unowned self] in end() }
        timer?.start(after: duration)
    }

    func end() {
        isOver = true
        timer?.close()
        timer = nil
        waiting?.resume()
        waiting = nil
    }
}
