internal import ArgumentParser

/// The consortium and the application that a command is about.
struct ApplicationOptions: ParsableArguments {
    @Option(help: "Id of the consortium.")
    var consortium: String

    @Option(help: "Id of the application.")
    var app: String

    /// Resource name of the application.
    var name: String { Names.application(app, in: consortium) }
}
