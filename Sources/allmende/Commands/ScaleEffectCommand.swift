internal import API
internal import ArgumentParser

extension CentreCommands {
    struct ScaleEffectCommand: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "scale-effect",
            abstract: "Shows how the cost per inhabitant and per case has gone as members joined and left.",
            discussion: "One line for each span of days that was settled; docs/coverage.md says how it is counted.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the agreement.")
        var agreement: String
        @Option(name: .customLong("app"), help: "Id of the application whose metric counts the cases.")
        var application: String?
        @Option(help: "Id of the metric that counts the cases; the first that the agreement goes by when left out.")
        var metric: String?

        func validate() throws {
            guard (application == nil) == (metric == nil) else {
                throw ValidationError("Give --app and --metric together.")
            }
        }

        func run(_ session: Session) async throws {
            var request = GetScaleEffectRequest()
            request.agreement = Names.agreement(agreement, in: parent.consortium)
            if let application, let metric {
                request.metric = Names.metric(metric, of: application, in: parent.consortium)
            }
            let response = try await CompetenceServiceClient(session.client).getScaleEffect(request)
            try session.show(response) { ScaleEffectTable.text(response.lines) }
        }
    }
}
