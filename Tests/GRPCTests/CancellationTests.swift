import GRPC
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CancellationTests {
    /// A handler that says when it runs and when it was cancelled, and never ends by itself.
    private struct Sleeper {
        let began = Signal()
        let cancelled = Signal()
        let records = Mutexed<CallRecord>()

        var router: Router {
            var router = Router()
            router.unary(Methods.echo) { [self] _, _ in
                try await stay()
                return []
            }
            router.stream(Methods.chat) { [self] call in
                try await call.send([1])
                try await stay()
            }
            router.onFinish = { [records] in records.append($0) }
            return router
        }

        private func stay() async throws {
            began.fire()
            defer { if Task.isCancelled { cancelled.fire() } }
            try await neverEnd()
        }
    }

    @Test func aCallerThatIsCancelledCancelsTheHandler() async throws {
        let sleeper = Sleeper()
        try await Pair.with(router: sleeper.router) { pair in
            let caller = Task { try await pair.client.unary(Methods.echo, [1]) }
            await sleeper.began.wait()
            caller.cancel()
            let thrown = await status { _ = try await caller.value }
            #expect(thrown?.code == .cancelled)
            await sleeper.cancelled.wait()
            #expect(sleeper.records.all.map(\.status.code) == [.cancelled])
        }
    }

    @Test func cancellingAStreamCancelsTheHandler() async throws {
        let sleeper = Sleeper()
        try await Pair.with(router: sleeper.router) { pair in
            let call = try await pair.client.open(Methods.chat)
            let first = try await call.receive()
            #expect(first == [1])
            call.cancel()
            await sleeper.cancelled.wait()
            let thrown = await status { _ = try await call.receive() }
            #expect(thrown?.code == .cancelled)
        }
    }

    /// As after a `break` out of the loop over the messages.
    @Test func aCallThatNobodyHoldsCancelsTheHandler() async throws {
        let sleeper = Sleeper()
        try await Pair.with(router: sleeper.router) { pair in
            func receiveOne() async throws {
                let call = try await pair.client.open(Methods.chat)
                let first = try await call.receive()
                #expect(first == [1])
            }
            try await receiveOne()
            await sleeper.cancelled.wait()
            #expect(sleeper.records.all.map(\.status.code) == [.cancelled])
        }
    }

    @Test func aClientThatIsGoneCancelsTheHandler() async throws {
        let sleeper = Sleeper()
        try await Pair.with(router: sleeper.router) { pair in
            async let outcome = status { _ = try await pair.client.unary(Methods.echo, [1]) }
            await sleeper.began.wait()
            await pair.client.close()
            await sleeper.cancelled.wait()
            let thrown = await outcome
            #expect(thrown?.code == .unavailable)
        }
    }

    @Test func theDeadlineEndsTheCallOnBothSides() async throws {
        let sleeper = Sleeper()
        try await Pair.with(router: sleeper.router) { pair in
            // A deadline that passes before the call has reached the handler proves nothing: the next is longer.
            var timeout = Duration.milliseconds(50)
            while !sleeper.began.isFired {
                let options = CallOptions(timeout: timeout)
                let thrown = await status { _ = try await pair.client.unary(Methods.echo, [1], options: options) }
                #expect(thrown?.code == .deadlineExceeded)
                timeout *= 2
            }
            await sleeper.cancelled.wait()
        }
    }

    @Test func aDeadlineThatHasPassedNeverStartsTheHandler() async throws {
        let runs = Mutexed<Int>()
        var router = Router()
        router.unary(Methods.echo) { _, _ in
            runs.append(1)
            return []
        }
        try await Pair.with(router: router) { pair in
            let options = CallOptions(timeout: .zero)
            let thrown = await status { _ = try await pair.client.unary(Methods.echo, [1], options: options) }
            #expect(thrown?.code == .deadlineExceeded)
            _ = try await pair.client.unary(Methods.echo, [1])
            #expect(runs.all.count == 1)
        }
    }

    @Test func aHandlerSeesTheDeadline() async throws {
        var router = Router()
        router.unary(Methods.echo) { _, call in [call.deadline == nil ? 0 : 1] }
        try await Pair.with(router: router) { pair in
            let without = try await pair.client.unary(Methods.echo, [])
            let with = try await pair.client.unary(Methods.echo, [], options: CallOptions(timeout: .seconds(50)))
            #expect(without == [0] && with == [1])
        }
    }

    @Test func aHandlerThatEndsEarlyStopsTheSender() async throws {
        var router = Router()
        router.stream(Methods.upload) { call in
            _ = try await call.receive()
            throw Status(.failedPrecondition, "enough")
        }
        try await Pair.with(router: router) { pair in
            let call = try await pair.client.open(Methods.upload)
            let thrown = await status {
                while true { try await call.send([UInt8](repeating: 0, count: 10_000)) }
            }
            #expect(thrown?.code == .failedPrecondition)
            let received = await status { _ = try await call.receive() }
            #expect(received?.message == "enough")
        }
    }

    @Test func aRaceInsideAHandlerCanCancelItsReceive() async throws {
        var router = Router()
        router.stream(Methods.chat) { call in
            let outcome = await withTaskGroup(of: String.self) { tasks in
                tasks.addTask {
                    do {
                        _ = try await call.receive()
                        return "received"
                    } catch {
                        return "cancelled"
                    }
                }
                tasks.addTask { "first" }
                let first = await tasks.next() ?? ""
                tasks.cancelAll()
                return first + "," + (await tasks.next() ?? "")
            }
            try await call.send(Array(outcome.utf8))
        }
        try await Pair.with(router: router) { pair in
            let call = try await pair.client.open(Methods.chat)
            let answer = try await call.receive()
            #expect(answer == Array("first,cancelled".utf8))
        }
    }
}

/// A list that several tasks append to.
final class Mutexed<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])
    func append(_ element: Element) { elements.withLock { $0.append(element) } }
    var all: [Element] { elements.withLock { $0 } }
}
