import GRPC
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StreamingTests {
    private func chatRouter() -> Router {
        var router = Router()
        router.stream(Methods.chat) { call in
            while let message = try await call.receive() { try await call.send(message) }
        }
        return router
    }

    @Test func aConversationKeepsItsOrder() async throws {
        try await Pair.with(router: chatRouter()) { pair in
            let call = try await pair.client.open(Methods.chat)
            for index in 0..<500 {
                let message = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: index)
                try await call.send(message)
                let answer = try await call.receive()
                #expect(answer == message)
            }
            try await call.finish()
            let end = try await call.receive()
            #expect(end == nil)
        }
    }

    @Test func bothSidesStreamAtTheSameTime() async throws {
        try await Pair.with(router: chatRouter()) { pair in
            let call = try await pair.client.open(Methods.chat)
            async let sending: Void = {
                for index in 0..<200 { try await call.send([UInt8](repeating: UInt8(index), count: 20_000)) }
                try await call.finish()
            }()
            var count = 0
            while let message = try await call.receive() {
                #expect(message.first == UInt8(count) && message.count == 20_000)
                count += 1
            }
            try await sending
            #expect(count == 200)
        }
    }

    @Test func anUploadIsAnsweredAfterHalfClose() async throws {
        var router = Router()
        router.stream(Methods.upload) { call in
            var total = 0
            while let message = try await call.receive() { total += message.count }
            try await call.send(Array("\(total)".utf8))
        }
        try await Pair.with(router: router) { pair in
            let call = try await pair.client.open(Methods.upload)
            for _ in 0..<10 { try await call.send([UInt8](repeating: 1, count: 100_000)) }
            try await call.finish()
            let answer = try await call.receive()
            #expect(answer == Array("1000000".utf8))
            let end = try await call.receive()
            #expect(end == nil)
        }
    }

    @Test func aDownloadEndsWithItsStatusAndTrailers() async throws {
        var router = Router()
        router.stream(Methods.download) { call in
            guard let request = try await call.receive() else { throw Status(.internal) }
            for index in 0..<request[0] { try await call.send([index]) }
            call.trailers.add("x-count", "\(request[0])")
            if request[0] == 3 { throw Status(.outOfRange, "three") }
        }
        try await Pair.with(router: router) { pair in
            for count in [UInt8(0), 3, 5] {
                let call = try await pair.client.open(Methods.download)
                try await call.send([count])
                try await call.finish()
                var received: [UInt8] = []
                let thrown = await status { while let message = try await call.receive() { received += message } }
                #expect(received == Array(0..<count))
                #expect(thrown?.code == (count == 3 ? .outOfRange : nil))
                let trailers = await call.trailers
                #expect(trailers["x-count"] == "\(count)")
            }
        }
    }

    @Test(arguments: [nil, StatusCode.outOfRange]) func initialMetadataComesBeforeTheFirstMessage(
        _ code: StatusCode?
    ) async throws {
        var router = Router()
        router.stream(Methods.download) { call in
            call.initialMetadata.add("x-text", "early")
            call.initialMetadata.addBinary("x-bytes-bin", [0xAB, 0])
            if let code { throw Status(code, "at once") }
            try await call.send([1])
        }
        try await Pair.with(router: router) { pair in
            let call = try await pair.client.open(Methods.download)
            let thrown = await status { while try await call.receive() != nil {} }
            #expect(thrown?.code == code)
            let initial = await call.initialMetadata
            #expect(initial["x-text"] == "early")
            #expect(initial.binary("x-bytes-bin") == [0xAB, 0])
            let trailers = await call.trailers
            #expect(trailers.isEmpty)
        }
    }

    /// The bound is exact: what lies in the stream's window, in the send buffer, and the message at hand.
    @Test func aSlowHandlerHoldsTheClientBack() async throws {
        var limits = ServerLimits()
        limits.streamWindow = 128 << 10
        let gate = Signal()
        let received = Mutex(0)
        var router = Router()
        router.stream(Methods.upload) { call in
            await gate.wait()
            while let message = try await call.receive() { received.withLock { $0 += message.count } }
            try await call.send([])
        }
        router.unary(Methods.echo) { request, _ in request }
        try await Pair.with(limits: limits, router: router) { pair in
            let call = try await pair.client.open(Methods.upload)
            let sent = Mutex(0)
            async let sending: Void = {
                for _ in 0..<100 {
                    try await call.send([UInt8](repeating: 0, count: 16 << 10))
                    sent.withLock { $0 += 16 << 10 }
                }
                try await call.finish()
            }()
            for _ in 0..<200 { _ = try await pair.client.unary(Methods.echo, [1]) }
            let held = sent.withLock { $0 }
            #expect(
                held <= (128 << 10) + (64 << 10) + (16 << 10), "\(held) bytes were sent to a handler that took none")
            gate.fire()
            try await sending
            _ = try await call.receive()
            #expect(received.withLock { $0 } == 100 * (16 << 10))
        }
    }

    @Test func aSlowClientHoldsTheHandlerBack() async throws {
        let sent = Mutex(0)
        var router = Router()
        router.stream(Methods.download) { call in
            _ = try await call.receive()
            for _ in 0..<200 {
                try await call.send([UInt8](repeating: 0, count: 16 << 10))
                sent.withLock { $0 += 16 << 10 }
            }
        }
        router.unary(Methods.echo) { request, _ in request }
        try await Pair.with(router: router, configure: { $0.streamWindow = 128 << 10 }) { pair in
            let call = try await pair.client.open(Methods.download)
            try await call.send([])
            try await call.finish()
            for _ in 0..<200 { _ = try await pair.client.unary(Methods.echo, [1]) }
            let held = sent.withLock { $0 }
            #expect(held <= (128 << 10) + (64 << 10) + (16 << 10), "\(held) bytes were sent to a client that took none")
            var received = 0
            while let message = try await call.receive() { received += message.count }
            #expect(received == 200 * (16 << 10))
        }
    }

    /// A hundred calls of a peer that reads nothing: what the server has taken on for them is bounded by window, send
    /// buffer and one message each (docs/decisions/0008).
    @Test func aPeerThatNeverReadsCostsABoundedAmount() async throws {
        let sent = Mutex(0)
        let running = Mutex(0)
        let allRun = Signal()
        var router = Router()
        router.stream(Methods.download) { call in
            let count = running.withLock { running in
                running += 1
                return running
            }
            if count == 100 { allRun.fire() }
            while true {
                try await call.send([UInt8](repeating: 0, count: 16 << 10))
                sent.withLock { $0 += 16 << 10 }
            }
        }
        router.unary(Methods.echo) { request, _ in request }
        try await Pair.with(isSecure: false, router: router) { pair in
            let peer = RawPeer(port: pair.port)
            let fields = RawPeer.post.map { $0.0 == ":path" ? ($0.0, Methods.download.path) : $0 }
            for index in 0..<100 {
                peer.headers(UInt32(index * 2 + 1), fields)
                peer.data(UInt32(index * 2 + 1), RawPeer.message([]), endStream: true)
            }
            await allRun.wait()
            for _ in 0..<200 { _ = try await pair.client.unary(Methods.echo, [1]) }
            // The peer's windows are those of RFC 9113: 65,535 bytes for all its streams together.
            let held = sent.withLock { $0 }
            #expect(held <= 100 * ((64 << 10) + (16 << 10)) + (64 << 10), "\(held) bytes for a peer that reads nothing")
        }
    }

    @Test func aMessageLongerThanTheWindowArrives() async throws {
        var limits = ServerLimits()
        limits.streamWindow = 64 << 10
        try await Pair.with(limits: limits, router: chatRouter()) { pair in
            let call = try await pair.client.open(Methods.chat)
            let message = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            async let sending: Void = call.send(message)
            let answer = try await call.receive()
            try await sending
            #expect(answer == message)
            call.cancel()
        }
    }
}
