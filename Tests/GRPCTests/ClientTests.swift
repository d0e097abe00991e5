import Dispatch
import EventLoop
import GRPC
import Glibc
import Logging
import Synchronization
import Testing

/// What a client does when its connection or its server is not there.
@Suite(.timeLimit(.minutes(5)))
struct ClientTests {
    /// A handler that loses the connection under its first call, and answers the others.
    private func loseFirst(_ server: Mutexed<Server>, _ runs: Mutexed<Int>) -> Router {
        var router = Router()
        router.unary(Methods.echo) { request, call in
            runs.append(1)
            guard runs.all.count == 1, let server = server.all.first else { return request }
            let digest = call.peer.certificateDigest ?? []
            // Not awaited: the connections end when this handler has.
            Task { await server.closeConnections(ofCertificate: digest, grace: .zero) }
            try await neverEnd()
            return request
        }
        return router
    }

    @Test(arguments: [true, false])
    func onlyIdempotentCallsAreMadeAgainWhenTheConnectionIsLost(_ isIdempotent: Bool) async throws {
        let server = Mutexed<Server>()
        let runs = Mutexed<Int>()
        try await Pair.with(router: loseFirst(server, runs)) { pair in
            server.append(pair.server)
            var options = CallOptions()
            options.isIdempotent = isIdempotent
            let thrown = await status {
                let answer = try await pair.client.unary(Methods.echo, [1], options: options)
                #expect(answer == [1])
            }
            #expect(thrown?.code == (isIdempotent ? nil : .unavailable))
            #expect(runs.all.count == (isIdempotent ? 2 : 1))
        }
    }

    @Test func aCallMayWaitForItsServer() async throws {
        var router = Router()
        router.unary(Methods.echo) { request, _ in request }
        try await Pair.with(router: router) { pair in
            await pair.server.shutdown(grace: .seconds(5))
            var options = CallOptions()
            options.waitsForReady = true
            async let answer = pair.client.unary(Methods.echo, [1], options: options)
            // Others are told at once, and again and again: the one that waits is not among them.
            for _ in 0..<2 {
                let refused = await status { _ = try await pair.client.unary(Methods.echo, [2]) }
                #expect(refused?.code == .unavailable)
            }
            let successor = Server(
                configuration: ServerConfiguration(host: "127.0.0.1", port: pair.port, tls: Pair.serverTLS),
                router: router, group: pair.serverLoops, logger: Logger(label: "test"))
            _ = try await successor.start()
            let received = try await answer
            #expect(received == [1])
            await pair.client.close()
            await successor.shutdown(grace: .seconds(5))
        }
    }

    /// Once an attempt has failed, the next is due in some time; a call that does not wait for it has the reason at
    /// once, also while another one does.
    @Test(arguments: [false, true])
    func aCallBeforeTheNextAttemptFailsAtOnce(_ anotherWaits: Bool) async throws {
        let server = ClosingServer()
        defer { server.stop() }
        let group = EventLoopGroup(count: 1)
        let client = Client(
            configuration: ClientConfiguration(host: "127.0.0.1", port: server.port, tls: nil), loop: group.loops[0])
        var options = CallOptions()
        options.waitsForReady = anotherWaits
        async let first = status { _ = try await client.unary(Methods.echo, [], options: options) }
        for _ in 0..<20 {
            let refused = await status { _ = try await client.unary(Methods.echo, [1]) }
            #expect(refused?.code == .unavailable)
        }
        // Not one attempt for each call: so many would have taken minutes of back-off.
        #expect(server.connections < 15)
        await client.close()
        let end = await first
        #expect(end?.code == .unavailable)
        await Task.detached { group.shutdown() }.value
    }

    @Test func waitingEndsWithTheDeadline() async throws {
        try await Pair.with(router: Router()) { pair in
            await pair.server.shutdown(grace: .seconds(5))
            var options = CallOptions(timeout: .milliseconds(30))
            options.waitsForReady = true
            let thrown = await status { _ = try await pair.client.unary(Methods.echo, [1], options: options) }
            #expect(thrown?.code == .deadlineExceeded)
        }
    }

    @Test func waitingEndsWithTheClient() async throws {
        try await Pair.with(router: Router()) { pair in
            await pair.server.shutdown(grace: .seconds(5))
            var options = CallOptions()
            options.waitsForReady = true
            async let outcome = status { _ = try await pair.client.unary(Methods.echo, [1], options: options) }
            _ = await status { _ = try await pair.client.unary(Methods.echo, [2]) }
            await pair.client.close()
            let thrown = await outcome
            #expect(thrown?.code == .unavailable)
        }
    }

    /// A call without deadline to a server that has vanished ends, after one PING.
    @Test func aServerThatDoesNotAnswerIsGivenUp() async throws {
        let server = SilentServer()
        async let received = server.serve()
        let group = EventLoopGroup(count: 1)
        var configuration = ClientConfiguration(host: "127.0.0.1", port: server.port, tls: nil)
        configuration.keepaliveInterval = .milliseconds(20)
        configuration.keepaliveTimeout = .milliseconds(20)
        let client = Client(configuration: configuration, loop: group.loops[0])
        let thrown = await status { _ = try await client.unary(Methods.echo, [1]) }
        #expect(thrown?.code == .unavailable && thrown?.message.contains("does not answer") == true)
        var types: [UInt8] = []
        var rest = await received[...]
        while rest.count >= 9 {
            let frame = Array(rest)
            types.append(frame[3])
            rest = rest.dropFirst(9 + (Int(frame[0]) << 16 | Int(frame[1]) << 8 | Int(frame[2])))
        }
        #expect(types.filter { $0 == RawPeer.Frame.ping }.count == 1)
        await client.close()
        await Task.detached { group.shutdown() }.value
    }
}

/// Takes connections and closes them at once.
private final class ClosingServer: Sendable {
    private let listening = ListeningSocket()
    private let count = Mutex(0)

    var port: Int { listening.port }
    var connections: Int { count.withLock { $0 } }

    init() {
        DispatchQueue(label: "closing server").async { [self] in
            while true {
                let connection = accept(listening.descriptor, nil, nil)
                guard connection >= 0 else { return }
                count.withLock { $0 += 1 }
                close(connection)
            }
        }
    }

    func stop() { listening.stop() }
}
