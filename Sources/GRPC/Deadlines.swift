internal import EventLoop

/// The deadlines of all calls of a loop, behind one timer. Confined to the loop.
final class Deadlines {
    private var heap = DeadlineHeap<MessageStream>()
    private let timer: LoopTimer
    private var armedFor = UInt64.max

    init(loop: EventLoop) {
        final class Target { weak var deadlines: Deadlines? }
        let target = Target()
        timer = LoopTimer(loop: loop) { target.deadlines?.fire() }
        target.deadlines = self
    }

    /// Calls `deadlineExceeded()` on the stream at `deadline` unless it is removed before.
    func add(_ stream: MessageStream, _ deadline: UInt64) {
        stream.heapPosition = -1
        heap.insert(stream, deadline)
        if deadline < armedFor { arm(deadline) }
    }

    func remove(_ stream: MessageStream) { heap.remove(stream) }

    private func arm(_ deadline: UInt64) {
        armedFor = deadline
        let now = EventLoop.now
        // Deadlines of centuries are cut to what a Duration of nanoseconds holds.
        let left = deadline > now ? min(deadline - now, UInt64(Int64.max)) : 0
        timer.start(after: .nanoseconds(Int64(left)))
    }

    private func fire() {
        armedFor = .max
        let now = EventLoop.now
        while let next = heap.first, next.deadline <= now {
            heap.remove(next.item)
            next.item.deadlineExceeded()
        }
        if let next = heap.first { arm(next.deadline) }
    }
}
