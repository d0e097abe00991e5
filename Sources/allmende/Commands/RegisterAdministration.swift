internal import ArgumentParser
internal import Services
internal import Store

extension AdminCommands {
    /// `allmende admin register`: what the database's owner does to registers.
    struct RegisterAdministration: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "register", abstract: "Registers whose database was restored from a backup.",
            subcommands: [Recover.self])

        struct Recover: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Lets a register go on whose database has lost entries, under a new origin.",
                discussion: """
                    Bring back a newer backup instead if there is one. The register's next entry names the published \
                    checkpoint and the range of entries that are lost. A register that has lost nothing stays as it is.
                    """)

            @OptionGroup var owner: OwnerOptions
            @OptionGroup var which: RegisterCommands.Which
            @Option(help: "The server's --checkpoint-directory.")
            var checkpointDirectory: String

            func run() async throws {
                let outcome = try await owner.withOwner { owner in
                    try await owner.withDatabase { database in
                        try await Recovery(
                            store: Store(database: database),
                            directory: CheckpointDirectory(path: checkpointDirectory)
                        ).recover(which.name)
                    }
                }
                guard let outcome else {
                    print("\(which.name) begins with all that was published; nothing is changed")
                    return
                }
                print(
                    "entries \(outcome.lost.lowerBound) to \(outcome.lost.upperBound - 1) of \(which.name) are lost; "
                        + "it goes on as \(outcome.origin)")
            }
        }
    }
}
