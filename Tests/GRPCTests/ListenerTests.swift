import EventLoop
import Glibc
import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(5)))
struct ListenerTests {
    /// Descriptors run out twice; the connection that waited is accepted all the same.
    @Test func acceptingGoesOnAfterDescriptorsHaveRunOut() async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.shutdown() }
        let loop = group.loops[0]
        let address = try SocketAddress.resolve(host: "127.0.0.1", port: 0, forListening: true)[0]
        let (descriptor, port) = try SocketAddress.listen(address, backlog: 8)
        let target = try SocketAddress.resolve(host: "127.0.0.1", port: port, forListening: false)[0]
        let exhaustions: Int = await withCheckedContinuation { continuation in
            loop.execute {
                var failures = 0
                var listener: Listener?
                listener = Listener(
                    loop: loop, descriptor: descriptor,
                    accept: { descriptor in
                        guard failures < 2 else { return Listener.acceptOne(descriptor) }
                        failures += 1
                        return .exhausted
                    },
                    onExhaustion: {},
                    onConnection: { connected, _ in
                        close(connected)
                        listener?.close()
                        continuation.resume(returning: failures)
                    })
                if case .success(let client) = SocketAddress.connect(target) { close(client) }
            }
        }
        #expect(exhaustions == 2)
    }
}
