import TLS
import TestCertificates
import Testing

/// What a client may offer: the selection from BSI TR-02102-2 and nothing else.
@Suite(.timeLimit(.minutes(5)))
struct PolicyTests {
    private static let certificates = TestCertificates.shared
    private let client = certificates.client.options

    private func context(_ minimum: TLSVersion = .tls12) throws -> TLSContext {
        let server = PolicyTests.certificates.server
        return try TLSContext(
            TLSServerConfiguration(
                certificateFile: server.certificate, privateKeyFile: server.key,
                clientAuthorityFile: PolicyTests.certificates.authority, minimumVersion: minimum))
    }

    @Test(arguments: [
        ["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"],
        ["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256", "-groups", "P-521"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384", "-groups", "P-384:P-256"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-CCM"],
    ])
    func whatIsOnTheListIsSpoken(_ offer: [String]) throws {
        let outcome = try CommandLineClient.connect(to: try context(), offer + client + ["-alpn", "h2"])
        #expect(outcome.step == .done(0), "\(outcome.output)")
    }

    @Test(arguments: [
        ["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"],
        ["-tls1_3", "-groups", "X25519"],
        ["-tls1_3", "-sigalgs", "ed25519"],
        ["-tls1_2", "-groups", "X25519"],
        ["-tls1_2", "-sigalgs", "ECDSA+SHA1", "-cipher", "DEFAULT@SECLEVEL=0"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"],
        ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"],
        ["-tls1", "-cipher", "DEFAULT@SECLEVEL=0"],
    ])
    func whatIsNotOnTheListIsRefused(_ offer: [String]) throws {
        let outcome = try CommandLineClient.connect(to: try context(), offer + client + ["-alpn", "h2"])
        #expect(outcome.step == .failed, "\(outcome.output)")
    }

    @Test func version12IsSpokenOnlyWhenAllowed() throws {
        let outcome = try CommandLineClient.connect(to: try context(.tls13), ["-tls1_2", "-alpn", "h2"] + client)
        #expect(outcome.step == .failed && outcome.connection.failure?.kind == .protocolMismatch)
        #expect(outcome.output.contains("alert number 70"))
    }

    @Test(arguments: [[], ["-alpn", "http/1.1"]])
    func aClientThatDoesNotOfferTheProtocolGetsItsAlert(_ offer: [String]) throws {
        let outcome = try CommandLineClient.connect(to: try context(), offer + client)
        #expect(outcome.step == .failed)
        #expect(outcome.connection.failure?.kind == .noApplicationProtocol)
        #expect(outcome.output.contains("alert number 120"), "\(outcome.output)")
    }

    @Test func aShortKeyIsRefused() throws {
        let short = try PolicyTests.certificates.issueClient("rsa2048", rsaBits: 2048)
        let long = try PolicyTests.certificates.issueClient("rsa3072", rsaBits: 3072)
        let refused = try CommandLineClient.connect(to: try context(), short.options + ["-alpn", "h2"])
        #expect(refused.step == .failed && refused.connection.failure?.kind == .certificateUntrusted)
        #expect(refused.connection.failure?.message.contains("key too weak") == true)
        let accepted = try CommandLineClient.connect(to: try context(), long.options + ["-alpn", "h2"])
        #expect(accepted.step == .done(0), "\(accepted.output)")
    }
}
