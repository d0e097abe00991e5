import EventLoop
import GRPC
import TLS
import TestCertificates
import Testing

/// What a caller is told when no connection comes about.
@Suite(.timeLimit(.minutes(5)))
struct ConnectFailureTests {
    private let certificates = TestCertificates.shared

    /// The status of a call to a server with `server`'s certificate by a client with `tls`.
    private func failure(
        server: TestCertificates.Pair? = nil, protocols: [String] = ["h2"],
        configure: (inout ClientConfiguration) -> Void
    ) async throws -> Status? {
        let chosen = server ?? certificates.server
        let tls = TLSServerConfiguration(
            certificateFile: chosen.certificate, privateKeyFile: chosen.key,
            clientAuthorityFile: certificates.authority, applicationProtocols: protocols)
        var thrown: Status?
        try await Pair.with(router: Router(), serverTLS: tls, configure: configure) { pair in
            thrown = await status { _ = try await pair.client.unary(Methods.echo, [1]) }
        }
        return thrown
    }

    private func expect(_ status: Status?, _ text: String) {
        #expect(status?.code == .unavailable)
        #expect(status?.message.contains(text) == true, "\(status?.message ?? "no status")")
    }

    @Test func nobodyListens() async throws {
        // Port 1 is reserved (tcpmux) and not served.
        expect(try await failure { $0.port = 1 }, "check that the server runs")
    }

    @Test func theNameIsUnknown() async throws {
        expect(try await failure { $0.host = "no-such-host.invalid" }, "check host and DNS")
    }

    @Test func theServerHasAnotherAuthority() async throws {
        expect(try await failure { $0.tls?.serverAuthorityFile = certificates.otherAuthority }, "authority file")
    }

    @Test func theServersCertificateHasExpired() async throws {
        expect(try await failure(server: certificates.expired) { _ in }, "renew the certificate")
    }

    @Test func theServerHasAnotherName() async throws {
        expect(try await failure { $0.tls?.serverName = "other.example" }, "server's certificate")
    }

    @Test func theServerSpeaksAnotherProtocol() async throws {
        expect(try await failure(protocols: ["http/1.1"]) { _ in }, "does not serve gRPC")
    }

    @Test func theClientHasNoCertificate() async throws {
        expect(
            try await failure {
                $0.tls?.certificateFile = nil
                $0.tls?.privateKeyFile = nil
            }, "set a client certificate")
    }

    @Test func theClientsCertificateIsNotTrusted() async throws {
        expect(
            try await failure {
                $0.tls?.certificateFile = certificates.stranger.certificate
                $0.tls?.privateKeyFile = certificates.stranger.key
            }, "does not accept this client's certificate")
    }

    @Test func theServerSpeaksClearText() async throws {
        var thrown: Status?
        try await Pair.with(isSecure: false, router: Router(), configure: { $0.tls = Pair.clientTLS }) { pair in
            thrown = await status { _ = try await pair.client.unary(Methods.echo, [1]) }
        }
        expect(thrown, "does not speak TLS")
    }

    @Test func aFileIsMissing() async throws {
        expect(try await failure { $0.tls?.privateKeyFile = "/nonexistent.key" }, "/nonexistent.key")
    }
}
