import Foundation
import Glibc
import TLS
import TestCertificates
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TLSConnectionTests {
    private let certificates = TestCertificates.shared

    private func serverContext(
        authority: String? = TestCertificates.shared.authority, protocols: [String] = ["h2"]
    ) throws -> TLSContext {
        try TLSContext(
            TLSServerConfiguration(
                certificateFile: certificates.server.certificate, privateKeyFile: certificates.server.key,
                clientAuthorityFile: authority, applicationProtocols: protocols))
    }

    private func clientContext(
        pair: TestCertificates.Pair? = TestCertificates.shared.client, protocols: [String] = ["h2"]
    ) throws -> TLSContext {
        try TLSContext(
            TLSClientConfiguration(
                serverAuthorityFile: certificates.authority, certificateFile: pair?.certificate,
                privateKeyFile: pair?.key, applicationProtocols: protocols))
    }

    /// Two ends of a socket pair that have gone through the handshake as far as it goes.
    private final class Ends {
        let server: TLSConnection
        let client: TLSConnection
        private let descriptors: [Int32]

        init(_ server: TLSContext, _ client: TLSContext, host: String = "localhost") throws {
            var made: [Int32] = [0, 0]
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            #expect(socketpair(AF_UNIX, type, 0, &made) == 0)
            descriptors = made
            self.server = try TLSConnection(context: server, descriptor: made[0])
            self.client = try TLSConnection(context: client, descriptor: made[1], host: host)
        }

        deinit { for descriptor in descriptors { close(descriptor) } }

        /// The last steps of server and client; each got ten turns, more than a handshake takes.
        func shake() -> (server: TLSConnection.Step, client: TLSConnection.Step) {
            var last: (server: TLSConnection.Step, client: TLSConnection.Step) = (.wantsRead, .wantsRead)
            for _ in 0..<10 {
                if last.client == .wantsRead { last.client = client.handshake() }
                if last.server == .wantsRead { last.server = server.handshake() }
            }
            return last
        }
    }

    @Test func bothSidesLearnWhoTheOtherIs() throws {
        let ends = try Ends(try serverContext(), try clientContext())
        let steps = ends.shake()
        #expect(steps.server == .done(0) && steps.client == .done(0))
        #expect(ends.server.version == "TLSv1.3")
        #expect(ends.server.negotiatedProtocol == "h2" && ends.client.negotiatedProtocol == "h2")
        #expect(ends.server.peerIdentity()?.subject == "CN=client,O=Gemeinde Großheirath")
        #expect(ends.client.peerIdentity()?.subject == "CN=localhost")
        let digest = try fingerprint(of: certificates.client.certificate)
        #expect(ends.server.peerIdentity()?.certificateDigest == digest)
    }

    /// What the openssl command says: "sha256 Fingerprint=AA:BB:…".
    private func fingerprint(of certificate: String) throws -> [UInt8] {
        let text = try Command.run(["openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"])
        let digits = text.split(separator: "=").last?.filter { !$0.isWhitespace } ?? ""
        return digits.split(separator: ":").compactMap { UInt8($0, radix: 16) }
    }

    @Test func bytesArriveAsSentAndTheEndIsSeen() throws {
        let ends = try Ends(try serverContext(), try clientContext())
        _ = ends.shake()
        let sent = (0..<40_000).map { UInt8(truncatingIfNeeded: $0) }
        var received: [UInt8] = []
        var offset = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
        defer { buffer.deallocate() }
        while received.count < sent.count {
            if offset < sent.count {
                let step = sent[offset...].withUnsafeBytes { ends.client.write($0) }
                guard case .done(let count) = step else {
                    Issue.record("\(step)")
                    return
                }
                offset += count
            }
            if case .done(let count) = ends.server.read(into: buffer) { received += buffer[..<count] }
        }
        #expect(received == sent)
        #expect(ends.server.read(into: buffer) == .wantsRead)
        ends.client.shutdown()
        #expect(ends.server.read(into: buffer) == .closed)
    }

    /// A peer that does not read holds the writer back after one write, and all of it arrives in the end.
    @Test func whatTheSocketDoesNotTakeIsKeptAndComesFirst() throws {
        let ends = try Ends(try serverContext(), try clientContext())
        _ = ends.shake()
        let piece = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var pieces = 0
        while !ends.server.hasUnsent {
            #expect(piece.withUnsafeBytes { ends.server.write($0) } == .done(piece.count))
            pieces += 1
        }
        #expect(piece.withUnsafeBytes { ends.server.write($0) } == .wantsWrite)
        var received: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
        defer { buffer.deallocate() }
        while received.count < pieces * piece.count {
            let step = ends.client.read(into: buffer)
            if case .done(let count) = step {
                received += buffer[..<count]
            } else {
                try #require(step == .wantsRead && ends.server.hasUnsent)
                _ = ends.server.write(UnsafeRawBufferPointer(start: nil, count: 0))
            }
        }
        #expect(received == (0..<pieces).flatMap { _ in piece })
        #expect(!ends.server.hasUnsent)
    }

    @Test func aClientWithoutCertificateIsRefused() throws {
        let ends = try Ends(try serverContext(), try clientContext(pair: nil))
        #expect(ends.shake().server == .failed)
        #expect(ends.server.failure?.kind == .certificateRequired)
    }

    @Test func aClientOfAnotherAuthorityIsRefused() throws {
        let ends = try Ends(try serverContext(), try clientContext(pair: certificates.stranger))
        #expect(ends.shake().server == .failed)
        #expect(ends.server.failure?.kind == .certificateUntrusted)
    }

    @Test func aClientWhoseCertificateHasExpiredIsRefused() throws {
        let ends = try Ends(try serverContext(), try clientContext(pair: certificates.expired))
        #expect(ends.shake().server == .failed)
        #expect(ends.server.failure?.kind == .certificateExpired)
    }

    @Test func noCertificateIsAskedForWithoutAnAuthority() throws {
        let ends = try Ends(try serverContext(authority: nil), try clientContext(pair: nil))
        #expect(ends.shake().server == .done(0))
        #expect(ends.server.peerIdentity() == nil)
    }

    @Test(arguments: ["other.example", "127.0.0.2"])
    func aServerOfAnotherNameIsRefused(_ host: String) throws {
        let ends = try Ends(try serverContext(), try clientContext(), host: host)
        #expect(ends.shake().client == .failed)
        #expect(ends.client.failure?.kind == .nameMismatch)
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func aServerIsKnownByNameAndByAddress(_ host: String) throws {
        let ends = try Ends(try serverContext(), try clientContext(), host: host)
        #expect(ends.shake().client == .done(0))
    }

    @Test func sidesWithoutACommonProtocolDoNotTalk() throws {
        let ends = try Ends(try serverContext(), try clientContext(protocols: ["http/1.1"]))
        let steps = ends.shake()
        #expect(steps.server == .failed && steps.client == .failed)
        #expect(ends.client.failure?.kind == .noApplicationProtocol)
    }

    @Test func noiseIsNotTLS() throws {
        var pair: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &pair) == 0)
        defer { for descriptor in pair { close(descriptor) } }
        let server = try TLSConnection(context: try serverContext(), descriptor: pair[0])
        #expect(write(pair[1], "GET / HTTP/1.1\r\n\r\n", 18) == 18)
        #expect(server.handshake() == .failed)
        #expect(server.failure?.kind == .protocolMismatch)
    }

    @Test func filesAtFaultAreNamed() {
        let error = #expect(throws: TLSError.self) {
            try TLSContext(
                TLSServerConfiguration(
                    certificateFile: "/nonexistent.pem", privateKeyFile: certificates.server.key,
                    clientAuthorityFile: nil))
        }
        #expect(error?.kind == .configuration)
        #expect(error?.message.contains("/nonexistent.pem") == true)
        #expect(throws: TLSError.self) {
            try TLSContext(
                TLSServerConfiguration(
                    certificateFile: certificates.server.certificate, privateKeyFile: certificates.client.key,
                    clientAuthorityFile: nil))
        }
    }
}
