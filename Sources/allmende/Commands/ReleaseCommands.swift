internal import API
internal import ArgumentParser
internal import Foundation
internal import Terminal

/// Releases of an application, from the plan to the withdrawal.
extension AppCommands {
    struct PlanRelease: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "plan", abstract: "Plans a release; it is published by a decision, or by the office.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption
        @OptionGroup var content: ReleaseOptions

        @Argument(help: "Id of the application.")
        var app: String

        func run(_ session: Session) async throws {
            var request = PlanReleaseRequest()
            request.parent = Names.application(app, in: parent.consortium)
            request.release = try content.release()
            let response = try await ApplicationServiceClient(session.client).planRelease(change.stamp(request))
            try session.show(response) { ReleaseTable.text([response.release]) }
        }
    }

    struct ReleaseCommand: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "release",
            abstract: "Publishes a release without a ballot: a new one, or with --version alone a planned one.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption
        @OptionGroup var content: ReleaseOptions

        @Argument(help: "Id of the application.")
        var app: String

        func run(_ session: Session) async throws {
            var request = PublishReleaseRequest()
            request.parent = Names.application(app, in: parent.consortium)
            request.release = try content.release()
            if content.isVersionOnly {
                request.release = Release()
                request.release.version = content.version
            }
            let response = try await ApplicationServiceClient(session.client).publishRelease(change.stamp(request))
            try session.show(response) { ReleaseTable.text([response.release]) }
        }
    }

    struct Deprecate: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Marks a release as one to upgrade from.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the application.")
        var app: String
        @Option(help: "Version of the release.")
        var version: String

        func run(_ session: Session) async throws {
            var request = DeprecateReleaseRequest()
            request.name = Names.release(version, of: app, in: parent.consortium)
            let response = try await ApplicationServiceClient(session.client).deprecateRelease(change.stamp(request))
            try session.show(response) { ReleaseTable.text([response.release]) }
        }
    }

    struct Withdraw: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Withdraws a release without a ballot, where the charter leaves that to the office.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the application.")
        var app: String
        @Option(help: "Version of the release.")
        var version: String
        @Option(help: "Reference of the advisory that says why, for example CVE-2024-3094.")
        var advisory = ""

        func run(_ session: Session) async throws {
            var request = WithdrawReleaseRequest()
            request.name = Names.release(version, of: app, in: parent.consortium)
            request.advisory = advisory
            let response = try await ApplicationServiceClient(session.client).withdrawRelease(change.stamp(request))
            try session.show(response) { ReleaseTable.text([response.release]) }
        }
    }

    struct Releases: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the releases of an application, newest first.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the application.")
        var app: String

        func run(_ session: Session) async throws {
            var request = ListReleasesRequest()
            request.parent = Names.application(app, in: parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await request.all { try await ApplicationServiceClient(session.client).listReleases($0) }
            try session.show(response) { ReleaseTable.text(response.releases) }
        }
    }
}

/// What a release consists of.
struct ReleaseOptions: ParsableArguments {
    @Option(help: "Version as its makers write it, for example 1.0.0.")
    var version: String
    @Option(help: "Licence as an SPDX expression.")
    var license = "EUPL-1.2"
    @Option(
        name: .customLong("artifact"), help: "A released file; its SHA-256 goes into the register. Repeat for each.")
    var artifacts: [String] = []
    @Option(help: "Or the SHA-256 of the only file, 64 hexadecimal digits.", transform: Arguments.digest)
    var sha256: String?
    @Option(help: "Where its source stands: a commit or a URL.")
    var source = ""
    @Option(help: "Bill of materials, CycloneDX or SPDX in JSON; components and licences are counted.")
    var sbom: String?
    @Option(help: "File that says what to mind when upgrading.")
    var notes: String?

    func validate() throws {
        guard artifacts.isEmpty || sha256 == nil else { throw ValidationError("Give either --artifact or --sha256.") }
    }

    /// Whether nothing but the version was given.
    var isVersionOnly: Bool { artifacts.isEmpty && sha256 == nil && source.isEmpty && sbom == nil && notes == nil }

    func release() throws -> Release {
        var release = Release()
        release.version = version
        release.license = license
        release.sourceReference = source
        release.artifacts = try artifacts.map { file in
            var artifact = Artifact()
            // One file needs no name; several are told apart by theirs.
            if artifacts.count > 1 { artifact.file = URL(filePath: file).lastPathComponent }
            artifact.sha256 = try Data(FileDigest.bytes(of: file, or: nil))
            return artifact
        }
        if let sha256 {
            var artifact = Artifact()
            artifact.sha256 = try Data(FileDigest.bytes(of: nil, or: sha256))
            release.artifacts = [artifact]
        }
        if let sbom { release.sbom = try SbomFile.summary(of: sbom) }
        if let notes {
            guard let text = try? String(contentsOfFile: notes, encoding: .utf8) else {
                throw CommandFailure("Cannot read \(notes), which --notes names.")
            }
            release.compatibilityNotes = text
        }
        return release
    }
}

/// Releases as a table.
enum ReleaseTable {
    static func text(_ releases: [Release]) -> String {
        var table = Table(
            .text("version"), .text("state"), .text("released"), .text("licence"), .number("components"),
            .text("SHA-256 of the artefact"))
        for release in releases {
            let digests = release.artifacts.map { Hexadecimal.text($0.sha256) }
            table.add(
                release.version, Choice.text(release.state),
                release.hasReleasedOn ? Words.day(release.releasedOn) : "", release.license,
                release.hasSbom ? "\(release.sbom.componentCount)" : "",
                (digests.first ?? "") + (digests.count > 1 ? " and \(digests.count - 1) more" : ""))
        }
        return table.text
    }
}
