internal import API
internal import ArgumentParser
internal import Foundation
internal import Terminal

/// What a guide says; the same for its first revision and every later one.
struct GuideOptions: ParsableArguments {
    @Option(help: "Title.")
    var title: String
    @Option(help: "In one sentence.")
    var summary: String
    @Option(help: "File with the text.")
    var file: String
    @Option(help: "Stage it is for.")
    var stage: Choice<Stage>
    @Option(help: "What it is about, for example bauwesen; may be repeated.")
    var topic: [String]
    @Option(help: "Language.")
    var language = "de"

    func guide() throws -> Guide {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw CommandFailure("Cannot read \(file) as UTF-8.")
        }
        var guide = Guide()
        guide.displayName = title
        guide.summary = summary
        guide.body = text
        guide.stage = stage.value
        guide.topics = topic
        guide.language = language
        return guide
    }
}

extension CentreCommands {
    struct DraftGuide: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes a guide; nobody else sees it yet (advisory bodies, offices and operators).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var options: GuideOptions

        @Argument(help: "Id of the guide.")
        var guide: String

        func run(_ session: Session) async throws {
            var request = CreateGuideRequest()
            request.guideID = guide
            request.guide = try options.guide()
            let response = try await CompetenceServiceClient(session.client).createGuide(change.stamp(request))
            try session.show(response) { CentreTable.guide(response.guide) }
        }
    }

    struct ReviseGuide: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Writes the next revision of a guide.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var options: GuideOptions

        @Argument(help: "Id of the guide.")
        var guide: String

        func run(_ session: Session) async throws {
            var request = UpdateGuideRequest()
            request.guide = try options.guide()
            request.guide.name = Names.guide(guide)
            let response = try await CompetenceServiceClient(session.client).updateGuide(change.stamp(request))
            try session.show(response) { CentreTable.guide(response.guide) }
        }
    }

    struct PublishGuide: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Makes the newest revision of a guide public.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the guide.")
        var guide: String

        func run(_ session: Session) async throws {
            var request = PublishGuideRequest()
            request.name = Names.guide(guide)
            let response = try await CompetenceServiceClient(session.client).publishGuide(change.stamp(request))
            try session.show(response) { CentreTable.guide(response.guide) }
        }
    }

    struct WithdrawGuide: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Takes a guide out of the search.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the guide.")
        var guide: String

        func run(_ session: Session) async throws {
            var request = WithdrawGuideRequest()
            request.name = Names.guide(guide)
            let response = try await CompetenceServiceClient(session.client).withdrawGuide(change.stamp(request))
            try session.show(response) { CentreTable.guide(response.guide) }
        }
    }

    struct ShowGuide: ConnectedCommand {
        static let configuration = CommandConfiguration(commandName: "guide", abstract: "Shows a guide with its text.")
        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Id of the guide.")
        var guide: String
        @Option(help: "Revision; the public one when left out, for the owner the newest.")
        var revision: Int32 = 0

        func run(_ session: Session) async throws {
            var request = GetGuideRequest()
            request.name = Names.guide(guide)
            request.revision = revision
            let response = try await CompetenceServiceClient(session.client).getGuide(request)
            try session.show(response.guide) {
                CentreTable.guide(response.guide) + "\n\(CentreTable.paragraph(response.guide.body))\n"
            }
        }
    }

    struct UseGuide: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Records that you have used a guide.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the guide.")
        var guide: String
        @Option(name: .customLong("for"), help: "Code of the party that you act for; your own when left out.")
        var party: String?
        @Option(help: "On which day; today when left out.", transform: Arguments.day)
        var on: CivilDate?

        func run(_ session: Session) async throws {
            var request = RecordGuideUseRequest()
            request.guide = Names.guide(guide)
            if let party { request.party = Names.party(party) }
            if let on { request.usedOn = on }
            let response = try await CompetenceServiceClient(session.client).recordGuideUse(change.stamp(request))
            try session.show(response) {
                let use = response.guideUse
                return "\(Names.short(use.party)) used \(use.guide), revision \(use.revision), "
                    + "on \(Words.day(use.usedOn)).\n"
            }
        }
    }
}
