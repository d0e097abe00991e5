internal import API
internal import ArgumentParser
internal import Foundation
internal import SwiftProtobuf
internal import Terminal

/// `allmende app publiccode`: the file that describes an application in its repository.
struct PubliccodeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publiccode", abstract: "The publiccode.yml of an application.",
        subcommands: [Validate.self, Import.self, Export.self])

    struct Validate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks a file by every rule, without a server.",
            discussion: "Exit code 0 means that there is no error; warnings may be left.")

        @Argument(help: "The file.")
        var file: String
        @Option(help: "How to print findings: table, one line each, or json.")
        var output = OutputFormat.table

        func validate() throws {
            if output == .csv { throw ValidationError("This answer is no table; choose --output table or json.") }
        }

        func run() async throws {
            let publiccode = try PubliccodeFile(file)
            try publiccode.show(as: output)
            guard publiccode.isValid else { throw ExitCode.failure }
        }
    }

    struct Import: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keeps a file for an application; errors and what the system knows better are told line by line.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the application.")
        var app: String
        @Argument(help: "The file.")
        var file: String
        @Flag(help: "Only say what would be kept.")
        var validateOnly = false

        func run(_ session: Session) async throws {
            let publiccode = try PubliccodeFile(file)
            guard publiccode.isValid else {
                try publiccode.show(as: session.output)
                throw ExitCode.failure
            }
            var request = ImportPubliccodeRequest()
            request.parent = Names.application(app, in: parent.consortium)
            request.document = Data(publiccode.bytes)
            request.validateOnly = validateOnly
            let response = try await ApplicationServiceClient(session.client).importPubliccode(change.stamp(request))
            try session.show(response) {
                let digest = Hexadecimal.text(response.publiccode.sha256)
                let kept =
                    validateOnly
                    ? "would be kept" : "kept with entry \(response.registerPosition) of the register"
                return publiccode.text(response.findings) + "\(file), SHA-256 \(digest), \(kept)\n"
            }
        }
    }

    struct Export: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the file with the users, funders and release that the system knows.",
            discussion: "What of the imported file said something else is told on standard error.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption
        @OptionGroup var asOf: AsOfOptions

        @Argument(help: "Id of the application.")
        var app: String
        @Flag(help: "Print the file as it was imported instead.")
        var original = false

        func run(_ session: Session) async throws {
            var request = ExportPubliccodeRequest()
            request.parent = Names.application(app, in: parent.consortium)
            request.original = original
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await ApplicationServiceClient(session.client).exportPubliccode(request)
            for finding in response.findings { Device.remark("\(finding.field) \(finding.message)\n") }
            try session.show(response) { response.document }
        }
    }
}

extension PubliccodeFile {
    /// Prints what was found.
    fileprivate func show(as output: OutputFormat) throws {
        switch output {
        case .json: Device.print(try answer.jsonString() + "\n")
        case .table, .csv: Device.print(text(answer.findings))
        }
    }
}
