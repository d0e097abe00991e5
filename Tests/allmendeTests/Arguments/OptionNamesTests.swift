import ArgumentParser
import Foundation
import Testing

@testable import allmende

/// An option whose name the connection's options have too can never be given: they take it.
@Suite(.timeLimit(.minutes(5)))
struct OptionNamesTests {
    private struct Tool: Decodable {
        let command: Command
    }

    private struct Command: Decodable {
        let commandName: String
        let subcommands: [Command]?
        let arguments: [Argument]?
    }

    private struct Argument: Decodable {
        let names: [Name]?
    }

    private struct Name: Decodable, Hashable {
        let kind: String
        let name: String
    }

    @Test func noCommandHasTwoOptionsOfOneName() throws {
        let tool = try JSONDecoder().decode(Tool.self, from: Data(Allmende._dumpHelp().utf8))
        var commands = [tool.command]
        var seen = 0
        while let command = commands.popLast() {
            seen += 1
            commands += command.subcommands ?? []
            let names = (command.arguments ?? []).flatMap { $0.names ?? [] }
            let repeated = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.map(\.name)
            #expect(repeated.isEmpty, "\(command.commandName)")
        }
        #expect(seen > 100)
    }
}
