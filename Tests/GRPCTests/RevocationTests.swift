import EventLoop
import GRPC
import TLS
import TestCertificates
import Testing

/// Connections that are open when their client's certificate stops being good.
@Suite(.timeLimit(.minutes(5)))
struct RevocationTests {
    private let certificates = TestCertificates.shared

    /// The digest of the client's certificate as handlers see it.
    private static let whoAmI = MethodDescriptor(service: "test.Echo", method: "WhoAmI", kind: .unary)

    /// The client's address and port, which tell its connections apart.
    private static let connection = MethodDescriptor(service: "test.Echo", method: "Connection", kind: .unary)

    private func router(_ cancelled: Signal = Signal()) -> Router {
        var router = Router()
        router.unary(RevocationTests.whoAmI) { _, call in call.peer.certificateDigest ?? [] }
        router.unary(RevocationTests.connection) { _, call in Array(call.peer.address.utf8) }
        router.stream(Methods.chat) { call in
            defer { if Task.isCancelled { cancelled.fire() } }
            while let message = try await call.receive() { try await call.send(message) }
        }
        return router
    }

    private func client(_ name: String, of pair: Pair) throws -> Client {
        let own = try certificates.issueClient(name)
        var configuration = ClientConfiguration(host: "127.0.0.1", port: pair.port, tls: Pair.clientTLS)
        configuration.tls?.certificateFile = own.certificate
        configuration.tls?.privateKeyFile = own.key
        return Client(configuration: configuration, loop: pair.clientLoops.loops[0])
    }

    @Test func connectionsOfOneCertificateEndAndOthersGoOn() async throws {
        let cancelled = Signal()
        try await Pair.with(loops: 2, router: router(cancelled)) { pair in
            let revoked = try client("revoked", of: pair)
            let second = try client("second", of: pair)
            let digest = try await revoked.unary(RevocationTests.whoAmI, [])
            let ending = try await revoked.open(Methods.chat)
            let staying = try await second.open(Methods.chat)
            for call in [ending, staying] {
                try await call.send([1])
                let echo = try await call.receive()
                #expect(echo == [1])
            }

            let closed = await pair.server.closeConnections(ofCertificate: digest, grace: .milliseconds(20))
            #expect(closed == 1)
            await cancelled.wait()
            let thrown = await status { _ = try await ending.receive() }
            #expect(thrown?.code == .unavailable)

            try await staying.send([2])
            let echo = try await staying.receive()
            #expect(echo == [2])
            staying.cancel()
            await revoked.close()
            await second.close()
        }
    }

    @Test func aCallThatEndsWithinTheGraceIsAnswered() async throws {
        let began = Signal()
        let gate = Signal()
        var router = router()
        router.unary(Methods.echo) { request, _ in
            began.fire()
            await gate.wait()
            return request
        }
        try await Pair.with(router: router) { pair in
            let digest = try await pair.client.unary(RevocationTests.whoAmI, [])
            let first = try await pair.client.unary(RevocationTests.connection, [])
            async let answer = pair.client.unary(Methods.echo, [7])
            await began.wait()
            async let closed = pair.server.closeConnections(ofCertificate: digest, grace: .seconds(30))
            // The next call gets a connection of its own as soon as the first is taken from new calls.
            while try await pair.client.unary(RevocationTests.connection, []) == first {}
            gate.fire()
            let (received, count) = try await (answer, closed)
            #expect(received == [7] && count == 1)
        }
    }

    @Test func nobodyElseIsClosed() async throws {
        try await Pair.with(router: router()) { pair in
            _ = try await pair.client.unary(RevocationTests.whoAmI, [])
            let closed = await pair.server.closeConnections(ofCertificate: [UInt8](repeating: 0, count: 32))
            #expect(closed == 0)
        }
    }
}
