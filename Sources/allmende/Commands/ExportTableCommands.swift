internal import API
internal import ArgumentParser
internal import Foundation
internal import Terminal

extension ExportCommands {
    /// How a table is exported, whichever it is.
    struct TableOptions: ParsableArguments {
        enum Format: String, CaseIterable, ExpressibleByArgument {
            case csv, csvDe = "csv-de", ndjson, protobuf

            var value: ExportFormat {
                switch self {
                case .csv: .csv
                case .csvDe: .csvGerman
                case .ndjson: .ndjson
                case .protobuf: .protobuf
                }
            }
        }

        @Option(help: "Form of the file; csv-de is for German spreadsheets.")
        var format: Format = .csv
        @Flag(help: "Compress the file.")
        var gzip = false
        @Option(help: "Size of the register to export; the newest when left out.")
        var registerSize: Int64?
        @Option(name: .customLong("to"), help: "File to write; its manifest goes into FILE.manifest.json.")
        var file: String
    }

    /// Fetches a table. The size is fixed before the first byte: only then can an interrupted export go on.
    static func run(_ filter: ExportFilter, _ options: TableOptions, _ session: Session) async throws {
        var request = ExportTableRequest()
        request.filter = filter
        request.format = options.format.value
        request.gzip = options.gzip
        request.asOf.registerSize = try await fixedSize(options.registerSize, filter.consortium, session)
        let download = TableDownload(request: request, file: options.file)
        let bytes = try await download.run(ExportServiceClient(session.client)).bytes
        Device.print(
            "\(options.file): \(Grouped.text(bytes)) bytes, the register up to "
                + "\(Grouped.text(request.asOf.registerSize)) entries\n")
    }

    static func filter(_ content: ExportContent, _ consortium: String) -> ExportFilter {
        var filter = ExportFilter()
        filter.consortium = Names.consortium(consortium)
        filter.content = content
        return filter
    }

    struct Usage: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Exports usage, row by row as it was recorded.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption
        @OptionGroup var options: TableOptions

        @Option(help: "Id of the application; all when left out.")
        var app: String?
        @Option(help: "Code of the party; all when left out.")
        var party: String?
        @Option(help: "Days in which the intervals begin: a year, a month, or two days.", transform: Arguments.period)
        var period: DateRange?

        func run(_ session: Session) async throws {
            var filter = ExportCommands.filter(.usage, parent.consortium)
            if let app { filter.application = Names.application(app, in: parent.consortium) }
            if let party { filter.party = Names.party(party) }
            if let period { filter.period = period }
            try await ExportCommands.run(filter, options, session)
        }
    }

    struct Agreements: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Exports revisions of agreements with their rules.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption
        @OptionGroup var options: TableOptions

        func run(_ session: Session) async throws {
            try await ExportCommands.run(ExportCommands.filter(.agreements, parent.consortium), options, session)
        }
    }

    struct Ownership: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Exports shares of ownership.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption
        @OptionGroup var options: TableOptions

        @Option(help: "Id of the application; all when left out.")
        var app: String?

        func run(_ session: Session) async throws {
            var filter = ExportCommands.filter(.ownership, parent.consortium)
            if let app { filter.application = Names.application(app, in: parent.consortium) }
            try await ExportCommands.run(filter, options, session)
        }
    }

    struct Votes: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Exports votes, replaced ones included.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption
        @OptionGroup var options: TableOptions

        func run(_ session: Session) async throws {
            try await ExportCommands.run(ExportCommands.filter(.votes, parent.consortium), options, session)
        }
    }

    struct Costs: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Exports expenses and revenues.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption
        @OptionGroup var options: TableOptions

        @Option(help: "Days in which the service periods begin.", transform: Arguments.period)
        var period: DateRange?

        func run(_ session: Session) async throws {
            var filter = ExportCommands.filter(.costs, parent.consortium)
            if let period { filter.period = period }
            try await ExportCommands.run(filter, options, session)
        }
    }

    struct Settlements: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Exports lines of settlements, component by component.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption
        @OptionGroup var options: TableOptions

        @Option(help: "Code of the party; all when left out.")
        var party: String?

        func run(_ session: Session) async throws {
            var filter = ExportCommands.filter(.settlements, parent.consortium)
            if let party { filter.party = Names.party(party) }
            try await ExportCommands.run(filter, options, session)
        }
    }

    struct Entries: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Exports the entries of the register.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption
        @OptionGroup var options: TableOptions

        func run(_ session: Session) async throws {
            try await ExportCommands.run(ExportCommands.filter(.entries, parent.consortium), options, session)
        }
    }
}
