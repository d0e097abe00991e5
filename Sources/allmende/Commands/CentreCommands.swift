internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende centre`: the competence centre.
struct CentreCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "centre", abstract: "The competence centre: advice, guides, and how far municipalities have come.",
        subcommands: [
            AddBody.self, ChangeBody.self, Bodies.self, Ask.self, Assign.self, Start.self, HandOver.self, Answer.self,
            Close.self, Withdraw.self, ShowRequest.self, Requests.self, DraftGuide.self, ReviseGuide.self,
            PublishGuide.self, WithdrawGuide.self, ShowGuide.self, UseGuide.self, Report.self, Reports.self,
            StageCommand.self, CoverageCommand.self, ScaleEffectCommand.self,
        ])

    /// What an advisory body is.
    struct BodyOptions: ParsableArguments {
        @Option(help: "Code of the party behind it.")
        var party: String
        @Option(help: "Name for people.")
        var name: String
        @Option(help: "Land it advises in, 01 to 16; may be repeated, all when left out.")
        var land: [String] = []
        @Option(help: "Topic it advises on; may be repeated, all when left out.")
        var topic: [String] = []

        var body: AdvisoryBody {
            var body = AdvisoryBody()
            body.party = Names.party(party)
            body.displayName = name
            body.lands = land
            body.topics = topic
            return body
        }
    }

    struct AddBody: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Registers an advisory body (offices and operators).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var options: BodyOptions

        @Argument(help: "Id of the body.")
        var body: String

        func run(_ session: Session) async throws {
            var request = CreateAdvisoryBodyRequest()
            request.advisoryBodyID = body
            request.advisoryBody = options.body
            let response = try await CompetenceServiceClient(session.client).createAdvisoryBody(change.stamp(request))
            try session.show(response) { CentreTable.bodies([response.advisoryBody]) }
        }
    }

    struct ChangeBody: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes what an advisory body does, or ends it (offices and operators).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var options: BodyOptions

        @Argument(help: "Id of the body.")
        var body: String
        @Flag(help: "It takes no more requests.")
        var ended = false

        func run(_ session: Session) async throws {
            var request = UpdateAdvisoryBodyRequest()
            request.advisoryBody = options.body
            request.advisoryBody.name = Names.advisoryBody(body)
            request.advisoryBody.ended = ended
            let response = try await CompetenceServiceClient(session.client).updateAdvisoryBody(change.stamp(request))
            try session.show(response) { CentreTable.bodies([response.advisoryBody]) }
        }
    }

    struct Bodies: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists advisory bodies.")
        @OptionGroup var connection: ConnectionOptions

        @Option(help: "Only those that advise in this Land, 01 to 16.")
        var land = ""
        @Option(help: "Only those that advise on this topic.")
        var topic = ""

        func run(_ session: Session) async throws {
            var request = ListAdvisoryBodiesRequest()
            request.land = land
            request.topic = topic
            let response = try await request.all {
                try await CompetenceServiceClient(session.client).listAdvisoryBodies($0)
            }
            try session.show(response) { CentreTable.bodies(response.advisoryBodies) }
        }
    }
}
