internal import GRPC
internal import SwiftProtobuf
internal import Terminal

/// A client of the server, and how its answers are shown.
struct Session: Sendable {
    let client: Client
    let address: ServerAddress
    let output: OutputFormat

    /// Prints an answer: as JSON, or in the form made for people; as CSV where it has such a form.
    func show(_ answer: some Message, csv: (() -> [UInt8])? = nil, _ text: () -> String) throws {
        switch output {
        case .json: Device.print(try answer.jsonString() + "\n")
        case .table: Device.print(text())
        case .csv:
            guard let csv else {
                throw CommandFailure("This answer has no CSV: use --output table or json, or `allmende export`.")
            }
            Device.print(String(decoding: csv(), as: UTF8.self))
        }
    }

    /// Prints an answer that is one table.
    func show(_ answer: some Message, _ table: Table) throws {
        try show(answer, csv: { Array(table.csv.utf8) }) { table.text }
    }
}
