internal import API
internal import ArgumentParser
internal import Foundation
internal import Terminal

extension AppCommands {
    struct ReleaseCommand: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "release", abstract: "Publishes a release of an application.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the application.")
        var app: String
        @Option(help: "Version as its makers write it, for example 1.0.0.")
        var version: String
        @Option(help: "Licence as an SPDX expression.")
        var license = "EUPL-1.2"
        @Option(help: "The released file; its SHA-256 goes into the register.")
        var artifact: String?
        @Option(help: "Or the SHA-256 itself, 64 hexadecimal digits.", transform: Arguments.digest)
        var sha256: String?

        func validate() throws {
            guard (artifact == nil) != (sha256 == nil) else {
                throw ValidationError("Give either --artifact or --sha256.")
            }
        }

        func run(_ session: Session) async throws {
            var request = PublishReleaseRequest()
            request.parent = Names.application(app, in: parent.consortium)
            request.release.version = version
            request.release.license = license
            request.release.artifactSha256 = try Data(FileDigest.bytes(of: artifact, or: sha256))
            let response = try await ApplicationServiceClient(session.client).publishRelease(change.stamp(request))
            try session.show(response) { ReleaseTable.text([response.release]) }
        }
    }

    struct Releases: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the releases of an application, newest first.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the application.")
        var app: String

        func run(_ session: Session) async throws {
            var request = ListReleasesRequest()
            request.parent = Names.application(app, in: parent.consortium)
            let response = try await ApplicationServiceClient(session.client).listReleases(request)
            try session.show(response) { ReleaseTable.text(response.releases) }
        }
    }
}

/// Releases as a table.
enum ReleaseTable {
    static func text(_ releases: [Release]) -> String {
        var table = Table(.text("version"), .text("licence"), .text("SHA-256 of the artefact"))
        for release in releases {
            table.add(release.version, release.license, Hexadecimal.text(release.artifactSha256))
        }
        return table.text
    }
}
