import API
import Foundation
import SwiftProtobuf
import TestCertificates
import Testing

/// `allmende` as a person runs it, against the server of a house.
struct CommandRunner: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let house: House

    /// Runs a command and reads the answer that it prints as JSON.
    func answer<Answer: Message>(_ person: Person, _ command: String, as type: Answer.Type) async throws -> Answer {
        let text = try await text(person, command + " --output json")
        do {
            return try Answer(jsonString: text)
        } catch {
            throw Failure(description: "\(command) printed \(text): \(error)")
        }
    }

    /// Runs a command and gives what it prints. Words are parted by blanks; `~` stands for a blank in a word.
    /// - Throws: `Failure` with what it printed, where it does not end well.
    @discardableResult
    func text(_ person: Person, _ command: String) async throws -> String {
        let (status, text) = try await run(person, command)
        guard status == 0 else { throw Failure(description: "\(command): \(text)") }
        return text
    }

    /// Runs a command that has to fail; what it prints.
    func refusal(_ person: Person, _ command: String) async throws -> String {
        let (status, text) = try await run(person, command)
        #expect(status != 0, "\(command): \(text)")
        return text
    }

    private func run(_ person: Person, _ command: String) async throws -> (status: Int32, text: String) {
        let certificate = try person.certificate
        let words = command.split(separator: " ").map { $0.replacingOccurrences(of: "~", with: " ") }
        let process = try ChildProcess(
            ["allmende"] + words + [
                "--server", "127.0.0.1:\(house.server.port)", "--ca", TestCertificates.shared.authority,
                "--certificate", certificate.certificate, "--key", certificate.key,
            ])
        let status = await process.status
        return (status, process.text)
    }
}
