internal import GRPC
internal import SwiftProtobuf
internal import Terminal

/// A client of the server, and how its answers are shown.
struct Session: Sendable {
    let client: Client
    let address: ServerAddress
    let output: OutputFormat

    /// Prints an answer: as JSON, or in the form made for people.
    func show(_ answer: some Message, _ text: () -> String) throws {
        switch output {
        case .json: Device.print(try answer.jsonString() + "\n")
        case .table: Device.print(text())
        }
    }
}
