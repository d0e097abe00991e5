import Foundation
import Glibc
import TLS
import TestCertificates
import Testing

/// Revoked certificates, at the handshake, on connections that are open, and on sessions that are resumed.
@Suite(.timeLimit(.minutes(5)))
struct RevocationListTests {
    private let certificates = TestCertificates.shared

    private func context(_ list: String? = nil, minimum: TLSVersion = .tls13) throws -> TLSContext {
        try TLSContext(
            TLSServerConfiguration(
                certificateFile: certificates.server.certificate, privateKeyFile: certificates.server.key,
                clientAuthorityFile: certificates.authority, revocationListFile: list, minimumVersion: minimum))
    }

    private func connect(
        _ context: TLSContext, _ pair: TestCertificates.Pair? = nil, _ options: [String] = []
    ) throws -> CommandLineClient.Outcome {
        try CommandLineClient.connect(to: context, (pair?.options ?? []) + ["-alpn", "h2"] + options)
    }

    private func session(_ name: String) -> String { certificates.directory.appending(path: name).path }

    @Test func aRevokedClientIsRefusedAndOthersAreNot() throws {
        let revoked = try certificates.issueClient("revoked-a")
        let context = try context(try certificates.revocationList("list-a", of: [revoked]))
        let refused = try connect(context, revoked)
        #expect(refused.step == .failed && refused.connection.failure?.kind == .certificateRevoked)
        #expect(refused.output.contains("alert number 44"))
        #expect(try connect(context, certificates.client).step == .done(0))
    }

    @Test func aListThatIsOutOfDateLetsNobodyIn() throws {
        let context = try context(try certificates.revocationList("list-b", of: [], due: .seconds(-60)))
        #expect(context.revocationListEnds.map { $0 < time(nil) } == true)
        let refused = try connect(context, certificates.client)
        #expect(refused.step == .failed && refused.connection.failure?.kind == .revocationUnknown)
    }

    @Test func anAuthorityWithoutListLetsNobodyIn() throws {
        let context = try context(try certificates.revocationListOfOtherAuthority("list-c"))
        let refused = try connect(context, certificates.client)
        #expect(refused.step == .failed && refused.connection.failure?.kind == .revocationUnknown)
    }

    /// An authority between the client and the one that is trusted has its own place on its issuer's list.
    @Test func authoritiesInBetweenAreLookedUpToo() throws {
        let office = try certificates.issueAuthority("office-k")
        let client = try certificates.issueClient("client-k", by: office)
        let own = try certificates.revocationList("list-k-own", by: office, of: [])
        let empty = try certificates.revocationList("list-k-empty", of: [])
        let full = try certificates.revocationList("list-k-full", of: [office])
        let ofOffice = try certificates.revocationList("list-k-client", by: office, of: [client])
        for (lists, expected) in [
            ([own, empty], nil), ([own, full], .certificateRevoked), ([ofOffice, empty], .certificateRevoked),
            ([empty], .revocationUnknown), ([own], .revocationUnknown),
        ] as [([String], TLSError.Kind?)] {
            let file = certificates.directory.appending(path: "lists-k").path
            let text = try lists.map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let outcome = try connect(try context(file), client, ["-cert_chain", office.certificate])
            #expect(outcome.step == (expected == nil ? .done(0) : .failed), "\(lists)")
            #expect(outcome.connection.failure?.kind == expected, "\(lists)")
        }
    }

    @Test func aFileWithoutListIsNamed() throws {
        for file in ["/nonexistent.crl", certificates.authority] {
            let error = #expect(throws: TLSError.self) { try context(file) }
            #expect(error?.kind == .configuration && error?.message.contains(file) == true)
        }
    }

    @Test func anOpenConnectionIsRefusedByANewerList() throws {
        let revoked = try certificates.issueClient("revoked-d")
        let open = try connect(try context(), revoked)
        #expect(open.step == .done(0))
        #expect(try context().refusal(of: open.connection) == nil)
        #expect(try context(try certificates.revocationList("list-d", of: [])).refusal(of: open.connection) == nil)
        let newer = try context(try certificates.revocationList("list-e", of: [revoked]))
        #expect(newer.refusal(of: open.connection)?.kind == .certificateRevoked)
    }

    @Test func aResumedConnectionHasTheSameIdentity() throws {
        let context = try context()
        let first = try connect(context, certificates.client, ["-sess_out", session("session-f")])
        #expect(first.step == .done(0) && !first.connection.isResumed)
        // No certificate is shown this time: the identity comes with the session.
        let second = try connect(context, nil, ["-sess_in", session("session-f")])
        #expect(second.step == .done(0) && second.connection.isResumed, "\(second.output)")
        #expect(second.connection.peerIdentity() != nil)
        #expect(second.connection.peerIdentity() == first.connection.peerIdentity())
    }

    @Test func aSessionDoesNotOutliveItsContext() throws {
        let revoked = try certificates.issueClient("revoked-g")
        _ = try connect(try context(), revoked, ["-sess_out", session("session-g")])
        let newer = try context(try certificates.revocationList("list-g", of: [revoked]))
        let again = try connect(newer, revoked, ["-sess_in", session("session-g")])
        #expect(again.step == .failed && !again.connection.isResumed)
        #expect(again.connection.failure?.kind == .certificateRevoked)
    }

    @Test func aSessionDoesNotOutliveTheList() throws {
        let context = try context(try certificates.revocationList("list-h", of: [], due: .seconds(2)))
        let first = try connect(context, certificates.client, ["-sess_out", session("session-h")])
        #expect(first.step == .done(0))
        let end = try #require(context.revocationListEnds)
        while time(nil) <= end { sched_yield() }  // the clock is what is tested
        let again = try connect(context, certificates.client, ["-sess_in", session("session-h")])
        #expect(again.step == .failed && again.connection.failure?.kind == .revocationUnknown)
    }

    @Test func sessionsOfVersion12AreNotResumed() throws {
        let context = try context(minimum: .tls12)
        let outcome = try connect(context, certificates.client, ["-tls1_2", "-sess_out", session("session-i")])
        #expect(outcome.step == .done(0))
        #expect(!FileManager.default.fileExists(atPath: session("session-i")), "there is something to resume")
    }
}
