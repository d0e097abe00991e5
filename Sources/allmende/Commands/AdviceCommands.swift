internal import API
internal import ArgumentParser
internal import Terminal

extension CentreCommands {
    struct Ask: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Asks for advice (Beratungsanfrage).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the request.")
        var request: String
        @Option(help: "What it is about, for example bauwesen.")
        var topic: String
        @Option(help: "The question.")
        var question: String
        @Option(name: .customLong("for"), help: "Code of the party that you act for; your own when left out.")
        var party: String?
        @Option(help: "Id of a body of your choice; whoever is competent when left out.")
        var body: String?

        func run(_ session: Session) async throws {
            var asked = SubmitAdvisoryRequestRequest()
            asked.advisoryRequestID = request
            if let party { asked.party = Names.party(party) }
            asked.topic = topic
            asked.question = question
            if let body { asked.advisoryBody = Names.advisoryBody(body) }
            let response = try await CompetenceServiceClient(session.client).submitAdvisoryRequest(change.stamp(asked))
            try session.show(response) { CentreTable.requests([response.advisoryRequest]) }
        }
    }

    struct Assign: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Assigns a request that nobody has yet (offices and operators).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the request.")
        var request: String
        @Option(help: "Id of the body.")
        var body: String

        func run(_ session: Session) async throws {
            var step = AssignAdvisoryRequestRequest()
            step.name = Names.advisoryRequest(request)
            step.advisoryBody = Names.advisoryBody(body)
            let response = try await CompetenceServiceClient(session.client).assignAdvisoryRequest(change.stamp(step))
            try session.show(response) { CentreTable.requests([response.advisoryRequest]) }
        }
    }

    struct Start: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Begins to work on a request.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the request.")
        var request: String

        func run(_ session: Session) async throws {
            var step = StartAdvisoryRequestRequest()
            step.name = Names.advisoryRequest(request)
            let response = try await CompetenceServiceClient(session.client).startAdvisoryRequest(change.stamp(step))
            try session.show(response) { CentreTable.requests([response.advisoryRequest]) }
        }
    }

    struct HandOver: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Hands a request over to another body.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the request.")
        var request: String
        @Option(help: "Id of the body that shall have it.")
        var to: String
        @Option(help: "Why.")
        var because: String

        func run(_ session: Session) async throws {
            var step = HandOverAdvisoryRequestRequest()
            step.name = Names.advisoryRequest(request)
            step.advisoryBody = Names.advisoryBody(to)
            step.explanation = because
            let response = try await CompetenceServiceClient(session.client).handOverAdvisoryRequest(change.stamp(step))
            try session.show(response) { CentreTable.requests([response.advisoryRequest]) }
        }
    }

    struct Answer: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Answers a request.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the request.")
        var request: String
        @Option(help: "The answer.")
        var text: String

        func run(_ session: Session) async throws {
            var step = AnswerAdvisoryRequestRequest()
            step.name = Names.advisoryRequest(request)
            step.answer = text
            let response = try await CompetenceServiceClient(session.client).answerAdvisoryRequest(change.stamp(step))
            try session.show(response) { CentreTable.requests([response.advisoryRequest]) }
        }
    }

    struct Close: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Closes an answered request, and rates the answer.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the request.")
        var request: String
        @Option(help: "1 (of no use) to 5 (solved it).")
        var rating: Int32 = 0
        @Option(help: "A comment.")
        var comment = ""

        func run(_ session: Session) async throws {
            var step = CloseAdvisoryRequestRequest()
            step.name = Names.advisoryRequest(request)
            step.rating = rating
            step.comment = comment
            let response = try await CompetenceServiceClient(session.client).closeAdvisoryRequest(change.stamp(step))
            try session.show(response) { CentreTable.requests([response.advisoryRequest]) }
        }
    }

    struct Withdraw: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Takes a request back before it is answered.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the request.")
        var request: String

        func run(_ session: Session) async throws {
            var step = WithdrawAdvisoryRequestRequest()
            step.name = Names.advisoryRequest(request)
            let response = try await CompetenceServiceClient(session.client).withdrawAdvisoryRequest(change.stamp(step))
            try session.show(response) { CentreTable.requests([response.advisoryRequest]) }
        }
    }

    struct ShowRequest: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "request", abstract: "Shows a request with its whole history.")
        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Id of the request.")
        var request: String

        func run(_ session: Session) async throws {
            var asked = GetAdvisoryRequestRequest()
            asked.name = Names.advisoryRequest(request)
            let response = try await CompetenceServiceClient(session.client).getAdvisoryRequest(asked)
            try session.show(response.advisoryRequest) { CentreTable.history(response.advisoryRequest) }
        }
    }

    struct Requests: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the requests that concern you, newest first.")
        @OptionGroup var connection: ConnectionOptions

        @Option(help: "Only those in this state.")
        var state: Choice<AdvisoryRequestState>?

        func run(_ session: Session) async throws {
            var request = ListAdvisoryRequestsRequest()
            if let state { request.state = state.value }
            let all = try await request.all {
                try await CompetenceServiceClient(session.client).listAdvisoryRequests($0)
            }
            try session.show(all) { CentreTable.requests(all.advisoryRequests) }
        }
    }
}
