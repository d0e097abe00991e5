internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende register`: the signed history.
struct RegisterCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "The signed history of a consortium or of the platform.",
        subcommands: [Checkpoint.self, Keys.self, Entries.self, Watch.self, Prove.self, CompareCheckpoint.self])

    /// Which register.
    struct Which: ParsableArguments {
        @Option(help: "Id of the consortium; the platform's register when left out.")
        var consortium: String?

        var name: String { consortium.map(Names.consortium) ?? "platform" }
    }

    struct Checkpoint: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Prints the newest signed checkpoint.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var which: Which

        func run(_ session: Session) async throws {
            var request = GetCheckpointRequest()
            request.register = which.name
            let response = try await RegisterServiceClient(session.client).getCheckpoint(request)
            try session.show(response) { response.checkpoint }
        }
    }

    struct Keys: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the public keys that checkpoints were signed with, the newest first.",
            discussion: """
                It tells which key belongs to which checkpoint. Trust a key because it was handed over to you, and not \
                because it stands here.
                """)
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var which: Which

        @Flag(help: "Print the keys as PEM, for --key of `allmende verify`.")
        var pem = false

        func run(_ session: Session) async throws {
            var request = ListRegisterKeysRequest()
            request.register = which.name
            let response = try await RegisterServiceClient(session.client).listRegisterKeys(request)
            try session.show(response) {
                pem ? response.keys.map(\.publicKey).joined() : Self.text(response.keys)
            }
        }

        static func text(_ keys: [RegisterKey]) -> String {
            var table = Table(.text("sizes"), .text("first signed"), .text("last signed"), .text(""), .text("key"))
            for key in keys {
                table.add(
                    "\(key.smallestSize)–\(key.largestSize)", EntryTable.time(key.firstSignedMicros),
                    EntryTable.time(key.lastSignedMicros), key.current ? "current" : "", key.verifierKey)
            }
            return table.text
        }
    }

    struct Entries: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists entries in the order of their positions.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var which: Which

        @Option(help: "Position of the first entry.")
        var start: Int64 = 0
        @Option(help: "Most entries to list.")
        var limit: Int32 = 100

        func validate() throws {
            guard (1...1000).contains(limit) else { throw ValidationError("--limit must be between 1 and 1000.") }
        }

        func run(_ session: Session) async throws {
            var request = ListEntriesRequest()
            request.register = which.name
            request.start = start
            request.pageSize = limit
            let response = try await RegisterServiceClient(session.client).listEntries(request)
            try session.show(response) { EntryTable.text(response) }
        }
    }
}
