internal import API
internal import ArgumentParser
internal import Foundation
internal import Terminal

/// `allmende export`: exports that can be proven.
struct ExportCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Exports that can be proven without the server.",
        subcommands: [
            Bundle.self, Usage.self, Agreements.self, Ownership.self, Votes.self, Costs.self, Settlements.self,
            Entries.self,
        ])

    struct Bundle: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fetches the audit bundle of a consortium; an interrupted one goes on where it was.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Option(help: "Size of the register to export; the newest when left out.")
        var registerSize: Int64?
        @Option(name: .customLong("to"), help: "File to write.")
        var file: String

        func run(_ session: Session) async throws {
            let consortium = Names.consortium(parent.consortium)
            let size = try await fixedSize(consortium, session)
            let download = BundleDownload(consortium: consortium, registerSize: size, file: file)
            let bytes = try await download.run(ExportServiceClient(session.client))
            Device.print("\(file): \(Grouped.text(bytes)) bytes, the register up to \(Grouped.text(size)) entries\n")
        }

        /// The size is fixed before the first byte: only then can an interrupted export go on.
        private func fixedSize(_ consortium: String, _ session: Session) async throws -> Int64 {
            if let registerSize { return registerSize }
            var request = GetCheckpointRequest()
            request.register = consortium
            return try await RegisterServiceClient(session.client).getCheckpoint(request).size
        }
    }
}
