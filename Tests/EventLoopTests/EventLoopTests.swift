import Dispatch
import EventLoop
import Glibc
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct EventLoopTests {
    @Test func aTaskAndItsChildrenRunOnTheLoop() async {
        let group = EventLoopGroup(count: 2)
        defer { group.shutdown() }
        for loop in group.loops {
            let found: [Int?] = await withCheckedContinuation { continuation in
                loop.spawn {
                    var found = [EventLoop.current?.index]
                    await Task.yield()
                    found.append(EventLoop.current?.index)
                    found.append(
                        await withTaskGroup(of: Int?.self) { group in
                            group.addTask { EventLoop.current?.index }
                            return await group.next()!
                        })
                    continuation.resume(returning: found)
                }
            }
            #expect(found == [loop.index, loop.index, loop.index])
        }
    }

    @Test func actionsFromManyThreadsArriveOnceEach() async {
        let group = EventLoopGroup(count: 1)
        defer { group.shutdown() }
        let loop = group.loops[0]
        let total = await withTaskGroup(of: Int.self) { tasks in
            for _ in 0..<1000 {
                tasks.addTask {
                    await withCheckedContinuation { continuation in
                        loop.execute { continuation.resume(returning: loop.isCurrent ? 1 : 0) }
                    }
                }
            }
            return await tasks.reduce(0, +)
        }
        #expect(total == 1000)
    }

    @Test func whatALoopAcceptsWhileItEndsIsDone() async {
        for _ in 0..<200 {
            let counts = await withCheckedContinuation { continuation in
                // On threads of their own: those of tasks are few, and not to be waited on.
                DispatchQueue.global().async { continuation.resume(returning: EventLoopTests.race()) }
            }
            #expect(counts.done == counts.accepted)
        }
    }

    /// Hands actions to a loop until it takes no more, and ends it meanwhile.
    private static func race() -> (accepted: Int, done: Int) {
        let group = EventLoopGroup(count: 1)
        let loop = group.loops[0]
        let counts = Mutex((accepted: 0, done: 0))
        let (begun, refused) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        DispatchQueue.global().async {
            while loop.execute({ counts.withLock { $0.done += 1 } }) {
                counts.withLock { $0.accepted += 1 }
                begun.signal()
            }
            refused.signal()
        }
        begun.wait()
        group.shutdown()
        refused.wait()
        return counts.withLock { $0 }
    }

    @Test func aTimerFiresAndAStoppedOneDoesNot() async {
        let group = EventLoopGroup(count: 1)
        defer { group.shutdown() }
        let loop = group.loops[0]
        let order: [String] = await withCheckedContinuation { continuation in
            loop.execute {
                var order: [String] = []
                var timers: [LoopTimer] = []
                let stopped = LoopTimer(loop: loop) { order.append("stopped") }
                stopped.start(after: .milliseconds(5))
                stopped.stop()
                timers.append(stopped)
                var ticks = 0
                var ticker: LoopTimer!
                ticker = LoopTimer(loop: loop) {
                    ticks += 1
                    order.append("tick")
                    if ticks == 3 {
                        for timer in timers { timer.close() }
                        timers.removeAll()
                        continuation.resume(returning: order)
                    }
                }
                ticker.start(after: .milliseconds(2), every: .milliseconds(5))
                timers.append(ticker)
            }
        }
        #expect(order == ["tick", "tick", "tick"])
    }

    @Test func aWatchReportsBothEndsOfASocketPair() async {
        let group = EventLoopGroup(count: 1)
        defer { group.shutdown() }
        let loop = group.loops[0]
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        let (near, far) = (ends[0], ends[1])
        let received: [UInt8] = await withCheckedContinuation { continuation in
            loop.execute {
                var watch: FileWatch!
                watch = FileWatch(loop: loop, descriptor: near) { events in
                    guard events.contains(.readable) else { return }
                    var buffer = [UInt8](repeating: 0, count: 16)
                    let count = read(near, &buffer, 16)
                    watch.close()
                    watch = nil
                    continuation.resume(returning: Array(buffer.prefix(max(0, count))))
                }
                watch.interest = .readable
                write(far, "hello", 5)
            }
        }
        #expect(received == Array("hello".utf8))
        close(near)
        close(far)
    }

    @Test func whatIsLocalIsMadeOncePerLoop() async {
        final class Local {}
        let group = EventLoopGroup(count: 2)
        defer { group.shutdown() }
        var found: [ObjectIdentifier] = []
        for loop in group.loops + group.loops {
            found.append(
                await withCheckedContinuation { continuation in
                    loop.execute { continuation.resume(returning: ObjectIdentifier(loop.local { Local() })) }
                })
        }
        #expect(Set(found).count == 2)
        #expect(found[..<2] == found[2...])
    }

    @Test func busyTasksDoNotStarveDescriptors() async {
        let group = EventLoopGroup(count: 1)
        defer { group.shutdown() }
        let loop = group.loops[0]
        let fired: Bool = await withCheckedContinuation { continuation in
            loop.spawn {
                final class Flag { var fired = false }
                let flag = Flag()
                let timer = LoopTimer(loop: loop) { flag.fired = true }
                timer.start(after: .milliseconds(1))
                while !flag.fired { await Task.yield() }
                timer.close()
                continuation.resume(returning: true)
            }
        }
        #expect(fired)
    }

    @Test func aPausedTaskGoesOnInTimeOrWhenItIsCancelled() async {
        let group = EventLoopGroup(count: 1)
        defer { group.shutdown() }
        let loop = group.loops[0]
        for (duration, isCancelled) in [(Duration.milliseconds(5), false), (.seconds(3600), true)] {
            let began = EventLoop.now
            let outcome: String = await withCheckedContinuation { continuation in
                let paused = loop.spawn {
                    do {
                        try await loop.pause(for: duration)
                        continuation.resume(returning: EventLoop.now - began >= 5_000_000 ? "in time" : "early")
                    } catch {
                        continuation.resume(returning: "cancelled")
                    }
                }
                if isCancelled { paused.cancel() }
            }
            #expect(outcome == (isCancelled ? "cancelled" : "in time"))
        }
    }
}
