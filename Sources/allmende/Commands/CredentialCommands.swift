internal import API
internal import ArgumentParser
internal import Domain
internal import Foundation
internal import SwiftProtobuf
internal import Terminal

/// `allmende credential`: which client certificate speaks for whom.
struct CredentialCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential", abstract: "Which client certificate speaks for which party, and in which role.",
        subcommands: [Add.self, Rotate.self, List.self, Revoke.self])

    struct Add: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Registers a certificate (operators only).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Option(help: "Code of the party it speaks for.")
        var party: String
        @Option(help: "The capacity it speaks in.")
        var role: Choice<Role>
        @Option(help: "PEM file with the certificate.")
        var certificateFile: String?
        @Option(help: "Or SHA-256 of the certificate's DER form, 64 hexadecimal digits.", transform: Arguments.digest)
        var sha256: String?

        func validate() throws {
            guard (certificateFile == nil) != (sha256 == nil) else {
                throw ValidationError("Give either --certificate-file or --sha256.")
            }
        }

        func run(_ session: Session) async throws {
            var request = CreateCredentialRequest()
            let digest = try sha256 ?? CertificateFile.digest(certificateFile ?? "")
            request.credential.name = "credentials/" + digest
            request.credential.party = Names.party(party)
            request.credential.role = role.value
            let response = try await AccessServiceClient(session.client).createCredential(change.stamp(request))
            try session.show(response) { CredentialCommands.table([response.credential]) }
        }
    }

    struct Rotate: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Registers the next certificate of the same party and role, and ends the former.",
            discussion: """
                Done with the former certificate itself or by an operator. Both may be used for --overlap days, so \
                that every system can change over; without it the former ends at once.
                """)
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "SHA-256 of the former, as the list shows it.", transform: Arguments.digest)
        var sha256: String
        @Option(help: "PEM file with the next certificate.")
        var certificateFile: String
        @Option(help: "Days for which the former may still be used, 90 at most.")
        var overlap: Int = 0

        func validate() throws {
            guard (0...90).contains(overlap) else { throw ValidationError("--overlap must be between 0 and 90") }
        }

        func run(_ session: Session) async throws {
            var request = RotateCredentialRequest()
            request.name = "credentials/" + sha256
            request.successor = "credentials/" + (try CertificateFile.digest(certificateFile))
            // Midnight in UTC, so that the same command on the same day is the same request.
            let today = Int64(Date().timeIntervalSince1970) / 86_400
            if overlap > 0 { request.endTime.seconds = (today + Int64(overlap)) * 86_400 }
            let response = try await AccessServiceClient(session.client).rotateCredential(change.stamp(request))
            try session.show(response) { CredentialCommands.table([response.predecessor, response.credential]) }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the credentials of a party, or all.")
        @OptionGroup var connection: ConnectionOptions

        @Option(help: "Code of the party; all parties for an operator who leaves it out.")
        var party: String?

        func run(_ session: Session) async throws {
            var request = ListCredentialsRequest()
            if let party { request.parent = Names.party(party) }
            let all = try await request.all { try await AccessServiceClient(session.client).listCredentials($0) }
            try session.show(all) { CredentialCommands.table(all.credentials) }
        }
    }

    struct Revoke: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Ends a credential at once (operators only).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "SHA-256 of the certificate, as the list shows it.", transform: Arguments.digest)
        var sha256: String

        func run(_ session: Session) async throws {
            var request = RevokeCredentialRequest()
            request.name = "credentials/" + sha256
            let response = try await AccessServiceClient(session.client).revokeCredential(change.stamp(request))
            try session.show(response) { CredentialCommands.table([response.credential]) }
        }
    }

    private static func state(of credential: Credential) -> String {
        if credential.revoked { return "ended" }
        guard credential.hasEndTime, let end = Instant(seconds: credential.endTime.seconds) else { return "valid" }
        return "valid until \(end)"
    }

    private static func table(_ credentials: [Credential]) -> String {
        var table = Table(.text("SHA-256 of the certificate"), .text("party"), .text("role"), .text("state"))
        for credential in credentials {
            table.add(
                Names.short(credential.name), Names.short(credential.party), Choice.text(credential.role),
                state(of: credential))
        }
        return table.text
    }
}
