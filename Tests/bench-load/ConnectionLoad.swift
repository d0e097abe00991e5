import EventLoop
import GRPC

/// The calls of one connection: several streams, each with one call at a time.
final class ConnectionLoad: @unchecked Sendable {  // confined to its loop while calls run; read after their end
    /// When calls count; what ends before it is warm-up. On the clock of `EventLoop.now`.
    struct Window: Sendable {
        let start: UInt64
        let end: UInt64
    }

    private let loop: EventLoop
    private let client: Client
    private let target: UnaryTarget
    private var next: Int
    /// Calls inside the window.
    private(set) var recorder = LatencyRecorder()
    /// All calls, those of the warm-up and after the window too.
    private(set) var total = 0

    init(loop: EventLoop, client: Client, target: UnaryTarget, first: Int) {
        self.loop = loop
        self.client = client
        self.target = target
        next = first
    }

    /// Makes the connection and looks whether the server gives right answers.
    /// - Throws: `Status` of the first call that fails; `WrongAnswer`.
    func check() async throws {
        for (index, request) in target.requests.enumerated() {
            let response = try await client.unary(target.method, request)
            guard try target.isRight(request, response) else {
                throw WrongAnswer(method: target.method.path, request: index + 1)
            }
        }
    }

    /// Calls until the window ends.
    ///
    /// - Parameter interval: nanoseconds between the calls of this connection; nil calls again as soon as a call ended.
    func run(streams: Int, window: Window, interval: UInt64?) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: loop) { [self] in
                let pacer = interval.map { Pacer(loop: loop, start: EventLoop.now, interval: $0) }
                await callOnLoop(streams, window, pacer)
                pacer?.close()
            }
        }
        await client.close()
    }

    private func callOnLoop(_ streams: Int, _ window: Window, _ pacer: Pacer?) async {
        let pace = Pace(pacer: pacer)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<streams {
                group.addTask(executorPreference: loop) { await self.call(window, pace) }
            }
        }
    }

    /// The streams share their connection's pacer.
    private struct Pace: @unchecked Sendable {  // used by tasks of one loop
        let pacer: Pacer?

        func next() async -> UInt64 {
            if let pacer { return await pacer.next() }
            return EventLoop.now
        }
    }

    private func call(_ window: Window, _ pace: Pace) async {
        while true {
            let start = await pace.next()
            guard start < window.end else { return }
            let request = target.requests[next % target.requests.count]
            next += 1
            total += 1
            do {
                _ = try await client.unary(target.method, request)
                note(nil, from: start, window)
            } catch let status as Status {
                note(status.code, from: start, window)
            } catch {
                note(.unknown, from: start, window)
            }
        }
    }

    private func note(_ failure: StatusCode?, from start: UInt64, _ window: Window) {
        let now = EventLoop.now
        guard now >= window.start, now < window.end else { return }
        if let failure { recorder.failed(failure) } else { recorder.succeeded(after: now - start) }
    }
}

/// The server gave another answer than it should.
struct WrongAnswer: Error, CustomStringConvertible {
    let method: String
    /// Which of the requests it was, from 1.
    let request: Int

    var description: String { "\(method) gave a wrong answer to request \(request)" }
}
