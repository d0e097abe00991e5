import EventLoop
import GRPC
import TLS
import Testing

@Suite(.timeLimit(.minutes(5)))
struct UnaryTests {
    private func echoRouter() -> Router {
        var router = Router()
        router.unary(Methods.echo) { request, _ in request }
        return router
    }

    @Test func aMessageComesBackOverMutualTLS() async throws {
        try await Pair.with(router: echoRouter()) { pair in
            let answer = try await pair.client.unary(Methods.echo, [1, 2, 3])
            #expect(answer == [1, 2, 3])
            let empty = try await pair.client.unary(Methods.echo, [])
            #expect(empty == [])
        }
    }

    @Test func messagesOfEverySizeComeBackWhole() async throws {
        try await Pair.with(router: echoRouter()) { pair in
            for size in [1, 4, 5, 6, 16_383, 16_384, 16_385, 65_535, 300_000, 4 << 20] {
                let message = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
                let answer = try await pair.client.unary(Methods.echo, message)
                #expect(answer == message, "\(size) bytes")
            }
        }
    }

    /// A handler's message may repeat what the caller has sent.
    @Test func aStatusArrivesHoweverLongItsMessageIs() async throws {
        var router = Router()
        router.unary(Methods.echo) { request, _ in
            throw Status(.notFound, String(repeating: "x", count: request.count))
        }
        try await Pair.with(router: router) { pair in
            for size in [4096, 4097, 70_000, 1_000_000] {
                do {
                    _ = try await pair.client.unary(Methods.echo, [UInt8](repeating: 0, count: size))
                    Issue.record("the call went well")
                } catch let status as Status {
                    #expect(status.code == .notFound && status.message.count == 4096, "\(size): \(status.code)")
                }
            }
        }
    }

    @Test func manyCallsAtATimeGetTheirOwnAnswers() async throws {
        try await Pair.with(loops: 2, router: echoRouter()) { pair in
            let wrong = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for index in 0..<1000 {
                    tasks.addTask {
                        let message = Array("message \(index)".utf8)
                        return try await pair.client.unary(Methods.echo, message) == message ? 0 : 1
                    }
                }
                return try await tasks.reduce(0, +)
            }
            #expect(wrong == 0)
        }
    }

    @Test func theHandlerRunsOnALoopAndKnowsThePeer() async throws {
        var router = Router()
        router.unary(Methods.echo) { _, call in
            #expect(EventLoop.current != nil)
            #expect(call.peer.certificateDigest?.count == 32)
            #expect(call.peer.subject == "CN=client,O=Gemeinde Großheirath")
            #expect(call.peer.address.hasPrefix("127.0.0.1:"))
            let seen = call.peer.attachment as? Int ?? 0
            call.peer.attachment = seen + 1
            return [UInt8(seen)]
        }
        try await Pair.with(router: router) { pair in
            for expected in 0..<3 {
                let answer = try await pair.client.unary(Methods.echo, [])
                #expect(answer == [UInt8(expected)])
            }
        }
    }

    @Test func metadataAndTrailersTravelBothWays() async throws {
        var router = Router()
        router.unary(Methods.echo) { _, call in
            #expect(call.metadata["x-name"] == "value")
            #expect(call.metadata.binary("x-raw-bin") == [0, 255, 1])
            var metadata = Metadata()
            metadata.addBinary("y-raw-bin", [9, 8])
            throw Status(.aborted, "später: 100 %\n", details: [1, 2, 3], metadata: metadata)
        }
        try await Pair.with(router: router) { pair in
            var metadata = Metadata()
            metadata.add("X-Name", "value")
            metadata.addBinary("x-raw-bin", [0, 255, 1])
            let options = CallOptions(metadata: metadata)
            let thrown = await status { _ = try await pair.client.unary(Methods.echo, [1], options: options) }
            #expect(thrown?.code == .aborted)
            #expect(thrown?.message == "später: 100 %\n")
            #expect(thrown?.details == [1, 2, 3])
            #expect(thrown?.metadata.binary("y-raw-bin") == [9, 8])
        }
    }

    /// The library drops a block of headers past 64 KiB: the status comes without what makes it too long.
    @Test func aStatusArrivesWhateverBelongsToIt() async throws {
        var router = Router()
        router.unary(Methods.echo) { request, call in
            var metadata = Metadata()
            metadata.add("x-first", "kept")
            metadata.add("x-long", String(repeating: "a", count: 70_000))
            if request == [0] { call.initialMetadata = metadata }
            if request == [1] {
                throw Status(.aborted, "no", details: [UInt8](repeating: 1, count: 70_000), metadata: metadata)
            }
            return request
        }
        try await Pair.with(router: router) { pair in
            let answer = try await pair.client.unary(Methods.echo, [0])
            #expect(answer == [0])
            let thrown = await status { _ = try await pair.client.unary(Methods.echo, [1]) }
            #expect(thrown?.code == .aborted)
            #expect(thrown?.details == nil)
            #expect(thrown?.metadata["x-first"] == "kept")
            #expect(thrown?.metadata["x-long"] == nil)
        }
    }

    /// Nothing is sent, and nothing is tried again.
    @Test func metadataOfARequestThatAreTooLongAreToldAtOnce() async throws {
        try await Pair.with(router: echoRouter()) { pair in
            var metadata = Metadata()
            metadata.add("x-long", String(repeating: "a", count: 70_000))
            let options = CallOptions(metadata: metadata)
            let thrown = await status { _ = try await pair.client.unary(Methods.echo, [1], options: options) }
            #expect(thrown?.code == .resourceExhausted)
            let answer = try await pair.client.unary(Methods.echo, [2])
            #expect(answer == [2])
        }
    }

    @Test func anUnexpectedErrorTellsTheClientNothing() async throws {
        struct Secret: Error {}
        var router = Router()
        router.unary(Methods.echo) { _, _ in throw Secret() }
        try await Pair.with(router: router) { pair in
            let thrown = await status { _ = try await pair.client.unary(Methods.echo, [1]) }
            #expect(thrown == Status(.internal))
        }
    }

    @Test func anUnknownMethodIsUnimplemented() async throws {
        try await Pair.with(router: Router()) { pair in
            let thrown = await status { _ = try await pair.client.unary(Methods.echo, [1]) }
            #expect(thrown?.code == .unimplemented)
        }
    }

    @Test func clearTextWorksForTests() async throws {
        try await Pair.with(isSecure: false, router: echoRouter()) { pair in
            let answer = try await pair.client.unary(Methods.echo, [7])
            #expect(answer == [7])
        }
    }

    @Test func messagesAtTheirLimitsPassAndOnePastThemIsTold() async throws {
        var limits = ServerLimits()
        limits.maximumRequestBytes = 1000
        limits.maximumResponseBytes = 500
        var router = Router()
        router.unary(Methods.echo) { request, _ in Array(request.suffix(request.count - 500)) }
        try await Pair.with(limits: limits, router: router) { pair in
            let answer = try await pair.client.unary(Methods.echo, [UInt8](repeating: 1, count: 1000))
            #expect(answer.count == 500)
            let long = await status {
                _ = try await pair.client.unary(Methods.echo, [UInt8](repeating: 1, count: 1001))
            }
            #expect(long?.code == .resourceExhausted && long?.message.contains("1001") == true)
        }
        limits.maximumResponseBytes = 499
        try await Pair.with(limits: limits, router: router) { pair in
            let long = await status {
                _ = try await pair.client.unary(Methods.echo, [UInt8](repeating: 1, count: 1000))
            }
            #expect(long?.code == .resourceExhausted && long?.message.contains("response") == true)
        }
    }
}
