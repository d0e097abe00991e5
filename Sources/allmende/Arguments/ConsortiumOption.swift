internal import ArgumentParser

/// The consortium that a command is about.
struct ConsortiumOption: ParsableArguments {
    @Option(help: "Id of the consortium.")
    var consortium: String
}
