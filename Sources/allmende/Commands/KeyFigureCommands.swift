internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende key-figure`: inhabitants, area and the like, by reference date.
struct KeyFigureCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key-figure", abstract: "Inhabitants and other key figures by reference date.",
        subcommands: [Record.self, ImportKeyFigures.self, List.self, Resolve.self])

    struct Record: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Records a key figure; a second one for the same day takes the place of the first.",
            discussion: "A final figure is only followed by one that is revised, a provisional one by any that is not.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Code of the party.")
        var party: String
        @Option(help: "What is counted.")
        var kind = Choice(KeyFigureKind.inhabitants)
        @Option(help: "The day the figure speaks of, for example 2011-12-31.", transform: Arguments.day)
        var date: CivilDate
        @Option(help: "The figure.")
        var value: Int64
        @Option(help: "How firm it is.")
        var status = Choice(KeyFigureStatus.final)
        @Option(help: "Who published it and where.")
        var source: String
        @Option(help: "The day it was published.", transform: Arguments.day)
        var published: CivilDate?

        func run(_ session: Session) async throws {
            var request = RecordKeyFigureRequest()
            request.keyFigure.party = Names.party(party)
            request.keyFigure.kind = kind.value
            request.keyFigure.referenceDate = date
            request.keyFigure.value = value
            request.keyFigure.status = status.value
            request.keyFigure.source = source
            if let published { request.keyFigure.publishedOn = published }
            let response = try await MunicipalityServiceClient(session.client).recordKeyFigure(change.stamp(request))
            try session.show(response) { KeyFigureCommands.table([response.keyFigure]) }
        }
    }

    struct Resolve: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says which figure counts for a charge: the party's own, or those of the parties it has followed."
        )
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions

        @Argument(help: "Code of the party.")
        var party: String
        @Option(help: "What is counted.")
        var kind = Choice(KeyFigureKind.inhabitants)
        @Option(help: "The day the figure speaks of.", transform: Arguments.day)
        var date: CivilDate

        func run(_ session: Session) async throws {
            var request = ResolveKeyFigureRequest()
            request.party = Names.party(party)
            request.kind = kind.value
            request.referenceDate = date
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await MunicipalityServiceClient(session.client).resolveKeyFigure(request)
            try session.show(response) { "\(Grouped.text(response.value)): \(response.source)\n" }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the key figures of a party.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions

        @Argument(help: "Code of the party.")
        var party: String

        func run(_ session: Session) async throws {
            var request = ListKeyFiguresRequest()
            request.parent = Names.party(party)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await request.all {
                try await MunicipalityServiceClient(session.client).listKeyFigures($0)
            }
            try session.show(response) { KeyFigureCommands.table(response.keyFigures) }
        }
    }

    static func table(_ figures: [KeyFigure]) -> String {
        var table = Table(
            .text("party"), .text("kind"), .text("reference date"), .number("value"), .text("status"),
            .text("published"),
            .text("source"))
        for figure in figures {
            table.add(
                Names.short(figure.party), Choice.text(figure.kind), Words.day(figure.referenceDate),
                Grouped.text(figure.value), Choice.text(figure.status),
                figure.hasPublishedOn ? Words.day(figure.publishedOn) : "", figure.source)
        }
        return table.text
    }
}
