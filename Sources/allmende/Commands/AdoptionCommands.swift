internal import API
internal import ArgumentParser
internal import Terminal

/// Who runs an application (Nachnutzung).
extension AppCommands {
    struct Adopt: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Records that a party is interested, has agreed, runs a release, or has ended that.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the application.")
        var app: String
        @Argument(help: "What holds.")
        var state: Choice<AdoptionState>
        @Option(help: "Code of the party.")
        var party: String
        @Option(help: "Version of the release that it runs.")
        var version = ""
        @Option(help: "First day on which that holds.", transform: Arguments.day)
        var since: CivilDate

        func run(_ session: Session) async throws {
            var request = RecordAdoptionRequest()
            request.parent = Names.application(app, in: parent.consortium)
            request.adoption.party = Names.party(party)
            request.adoption.state = state.value
            request.adoption.version = version
            request.adoption.valid.start = since
            let response = try await ApplicationServiceClient(session.client).recordAdoption(change.stamp(request))
            try session.show(response) { AdoptionTable.text([response.adoption]) }
        }
    }

    struct Adoptions: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists who runs which release since when.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the application.")
        var app: String
        @Flag(help: "Everything that ever held, not one day.")
        var history = false

        func run(_ session: Session) async throws {
            var request = ListAdoptionsRequest()
            request.parent = Names.application(app, in: parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            request.history = history
            let response = try await request.all {
                try await ApplicationServiceClient(session.client).listAdoptions($0)
            }
            try session.show(response) { AdoptionTable.text(response.adoptions) }
        }
    }

    struct Upgrades: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists who still runs a withdrawn or deprecated release.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the application.")
        var app: String

        func run(_ session: Session) async throws {
            var request = ListUpgradesDueRequest()
            request.parent = Names.application(app, in: parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await request.all {
                try await ApplicationServiceClient(session.client).listUpgradesDue($0)
            }
            try session.show(response) {
                var table = Table(
                    .text("party"), .text("runs"), .text("which is"), .text("advisory"), .text("upgrade to"))
                for due in response.upgrades {
                    table.add(
                        Names.short(due.adoption.party), due.adoption.version, Choice.text(due.releaseState),
                        due.advisory, due.upgradeTo)
                }
                return table.text
            }
        }
    }
}

/// Adoptions as a table.
enum AdoptionTable {
    static func text(_ adoptions: [Adoption]) -> String {
        var table = Table(.text("party"), .text("state"), .text("version"), .text("days"))
        for adoption in adoptions {
            table.add(
                Names.short(adoption.party), Choice.text(adoption.state), adoption.version,
                Words.period(adoption.valid))
        }
        return table.text
    }
}
