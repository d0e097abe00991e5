internal import ArgumentParser
internal import Foundation
internal import Terminal

/// `allmende usage generate`: invented records, for demonstrations and measurements.
struct GenerateUsage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Writes a CSV of invented usage, the same at every run.")

    @Argument(help: "CSV file to write.")
    var file: String
    @Option(name: .customLong("party"), help: "Code of a party; repeat for each.")
    var parties: [String]
    @Option(help: "Id of the metric.")
    var metric = "cases"
    @Option(help: "The year to fill.")
    var year: Int
    @Option(help: "Records for each party.")
    var records: Int

    func run() async throws {
        let generator = try UsageGenerator(year: year, metric: metric, records: records)
        guard FileManager.default.createFile(atPath: file, contents: Data(UsageGenerator.header)),
            let handle = FileHandle(forWritingAtPath: file)
        else { throw CommandFailure("Cannot write \(file).") }
        do {
            try handle.seekToEnd()
            for party in parties { try generator.write(party: party) { try handle.write(contentsOf: $0) } }
            try handle.close()
        } catch {
            throw CommandFailure("Cannot write \(file): \(error.localizedDescription)")
        }
        Device.print("\(Grouped.text(records * parties.count)) records for \(year) in \(file)\n")
    }
}
