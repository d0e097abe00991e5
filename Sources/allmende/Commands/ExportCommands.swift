internal import API
internal import ArgumentParser
internal import Foundation
internal import Terminal

/// `allmende export`: exports that can be proven.
struct ExportCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Exports that can be proven without the server.",
        subcommands: [
            Bundle.self, Excerpt.self, Usage.self, Agreements.self, Ownership.self, Votes.self, Costs.self,
            Settlements.self,
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
            let size = try await ExportCommands.fixedSize(registerSize, consortium, session)
            let download = BundleDownload(consortium: consortium, registerSize: size, file: file)
            let bytes = try await download.run(ExportServiceClient(session.client))
            Device.print("\(file): \(Grouped.text(bytes)) bytes, the register up to \(Grouped.text(size)) entries\n")
        }
    }

    struct Excerpt: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fetches an excerpt: rows of usage with the proof that they were recorded, nothing of others.",
            discussion: "A municipality names its own party. `allmende verify` checks the file offline.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Option(help: "Id of the application; all when left out.")
        var app: String?
        @Option(help: "Id of the metric, of the application given with --app; all when left out.")
        var metric: String?
        @Option(help: "Code of the party; all when left out.")
        var party: String?
        @Option(help: "Days in which the intervals begin: a year, a month, or two days.", transform: Arguments.period)
        var period: DateRange?
        @Option(help: "Size of the register to export; the newest when left out.")
        var registerSize: Int64?
        @Option(name: .customLong("to"), help: "File to write.")
        var file: String

        func validate() throws {
            guard metric == nil || app != nil else {
                throw ValidationError("Give the metric's application with --app.")
            }
        }

        func run(_ session: Session) async throws {
            let consortium = Names.consortium(parent.consortium)
            var filter = ExcerptFilter()
            if let app { filter.application = Names.application(app, in: parent.consortium) }
            if let app, let metric { filter.metric = Names.metric(metric, of: app, in: parent.consortium) }
            if let party { filter.party = Names.party(party) }
            if let period { filter.period = period }
            let size = try await ExportCommands.fixedSize(registerSize, consortium, session)
            let download = BundleDownload(consortium: consortium, registerSize: size, excerpt: filter, file: file)
            let bytes = try await download.run(ExportServiceClient(session.client))
            Device.print("\(file): \(Grouped.text(bytes)) bytes, the register up to \(Grouped.text(size)) entries\n")
        }
    }

    /// The size is fixed before the first byte: only then can an interrupted export go on.
    static func fixedSize(_ size: Int64?, _ register: String, _ session: Session) async throws -> Int64 {
        if let size { return size }
        var request = GetCheckpointRequest()
        request.register = register
        return try await RegisterServiceClient(session.client).getCheckpoint(request).size
    }
}
