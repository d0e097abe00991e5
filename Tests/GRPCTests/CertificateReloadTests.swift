import EventLoop
import GRPC
import TLS
import TestCertificates
import Testing

/// Certificates, authorities and revocation lists that are replaced while the server runs.
@Suite(.timeLimit(.minutes(5)))
struct CertificateReloadTests {
    private let certificates = TestCertificates.shared

    private var router: Router {
        var router = Router()
        router.unary(Methods.echo) { request, _ in request }
        router.stream(Methods.chat) { call in
            while let message = try await call.receive() { try await call.send(message) }
        }
        return router
    }

    private func expectEcho(_ byte: UInt8, on call: ClientCall) async throws {
        try await call.send([byte])
        let echo = try await call.receive()
        #expect(echo == [byte])
    }

    @Test func newConnectionsGetTheNewCertificateAndOpenOnesGoOn() async throws {
        let files = try CertificateFiles()
        try await Pair.with(router: router, serverTLS: files.tls) { pair in
            let call = try await pair.client.open(Methods.chat)
            try await expectEcho(1, on: call)
            #expect(try TLSProbe.subject(port: pair.port) == "CN=localhost")
            try files.put(try certificates.issueServer("renewed"))
            try await pair.server.reloadCertificates()
            #expect(try TLSProbe.subject(port: pair.port) == "CN=renewed")
            try await expectEcho(2, on: call)
            call.cancel()
        }
    }

    @Test func filesThatChangeAreNoticed() async throws {
        let files = try CertificateFiles()
        try await Pair.with(router: router, serverTLS: files.tls, certificateInterval: .milliseconds(10)) { pair in
            #expect(try TLSProbe.subject(port: pair.port) == "CN=localhost")
            try files.put(try certificates.issueServer("noticed"))
            // Each look is a connection; the suite's time limit ends a wait in vain.
            while try TLSProbe.subject(port: pair.port) != "CN=noticed" {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
    }

    @Test(arguments: ["server.pem", "server.key", "ca.pem", "ca.crl"])
    func aBrokenFileLeavesTheFormerInForce(_ name: String) async throws {
        let list = try certificates.revocationList("list-broken-\(name)", of: [])
        let files = try CertificateFiles(revocationList: list)
        try await Pair.with(router: router, serverTLS: files.tls) { pair in
            try files.put(text: "-----BEGIN NOTHING-----\n", as: name)
            let thrown = await #expect(throws: TLSError.self) { try await pair.server.reloadCertificates() }
            #expect(thrown?.kind == .configuration && thrown?.message.contains(files.path(name)) == true)
            #expect(try TLSProbe.subject(port: pair.port) == "CN=localhost")
            let answer = try await pair.client.unary(Methods.echo, [1])
            #expect(answer == [1])
        }
    }

    @Test func aKeyOfAnotherCertificateIsRefused() async throws {
        let files = try CertificateFiles()
        try await Pair.with(router: router, serverTLS: files.tls) { pair in
            try files.put(certificates.client.key, as: "server.key")
            await #expect(throws: TLSError.self) { try await pair.server.reloadCertificates() }
            #expect(try TLSProbe.subject(port: pair.port) == "CN=localhost")
        }
    }

    @Test func aNewListEndsConnectionsOfTheRevokedAndNoOthers() async throws {
        let revoked = try certificates.issueClient("revoked-while-open")
        let files = try CertificateFiles(revocationList: try certificates.revocationList("list-before", of: []))
        try await Pair.with(loops: 2, router: router, serverTLS: files.tls) { pair in
            var configuration = ClientConfiguration(host: "127.0.0.1", port: pair.port, tls: Pair.clientTLS)
            configuration.tls?.certificateFile = revoked.certificate
            configuration.tls?.privateKeyFile = revoked.key
            let client = Client(configuration: configuration, loop: pair.clientLoops.loops[0])
            let ending = try await client.open(Methods.chat)
            let staying = try await pair.client.open(Methods.chat)
            for call in [ending, staying] { try await expectEcho(1, on: call) }

            try files.put(try certificates.revocationList("list-after", of: [revoked]), as: "ca.crl")
            try await pair.server.reloadCertificates()
            let cut = await status { _ = try await ending.receive() }
            #expect(cut?.code == .unavailable)
            let refused = await status { _ = try await client.unary(Methods.echo, [1]) }
            #expect(refused?.message.contains("revoked") == true, "\(String(describing: refused))")
            try await expectEcho(2, on: staying)
            staying.cancel()
            await client.close()
        }
    }

    @Test func aNewAuthorityLetsItsClientsInAndNoOthers() async throws {
        let files = try CertificateFiles()
        try await Pair.with(router: router, serverTLS: files.tls) { pair in
            var configuration = ClientConfiguration(host: "127.0.0.1", port: pair.port, tls: Pair.clientTLS)
            configuration.tls?.certificateFile = certificates.stranger.certificate
            configuration.tls?.privateKeyFile = certificates.stranger.key
            let stranger = Client(configuration: configuration, loop: pair.clientLoops.loops[0])
            let open = try await pair.client.open(Methods.chat)
            try await expectEcho(1, on: open)
            let before = await status { _ = try await stranger.unary(Methods.echo, [1]) }
            #expect(before?.message.contains("does not accept this client's certificate") == true)

            try files.put(certificates.otherAuthority, as: "ca.pem")
            try await pair.server.reloadCertificates()
            var options = CallOptions()
            options.waitsForReady = true
            let answer = try await stranger.unary(Methods.echo, [1], options: options)
            #expect(answer == [1])
            let cut = await status { _ = try await open.receive() }
            #expect(cut?.code == .unavailable)
            let after = await status { _ = try await pair.client.unary(Methods.echo, [1]) }
            #expect(after?.message.contains("does not accept this client's certificate") == true)
            await stranger.close()
        }
    }

    @Test func aClientRevokedDuringItsHandshakeGetsNoConnection() async throws {
        let revoked = try certificates.issueClient("revoked-in-handshake")
        let files = try CertificateFiles(revocationList: try certificates.revocationList("list-open", of: []))
        try await Pair.with(router: router, serverTLS: files.tls) { pair in
            let probe = try TLSProbe(port: pair.port, pair: revoked)
            #expect(probe.connection.handshake() == .wantsRead)
            probe.awaitServer()
            try files.put(try certificates.revocationList("list-closed", of: [revoked]), as: "ca.crl")
            try await pair.server.reloadCertificates()
            // To the client of TLS 1.3 the handshake looks complete; no HTTP/2 SETTINGS follow.
            #expect(probe.shake() == .done(0))
            #expect(probe.readToEnd() == 0)
        }
    }

    @Test func clearTextHasNothingToReload() async throws {
        try await Pair.with(isSecure: false, router: router) { pair in
            try await pair.server.reloadCertificates()
            let answer = try await pair.client.unary(Methods.echo, [1])
            #expect(answer == [1])
        }
    }
}
