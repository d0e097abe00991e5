internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende party`: the registry of municipalities and other public bodies.
struct PartyCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "party", abstract: "Municipalities and other public bodies.",
        subcommands: [
            Create.self, Get.self, List.self, Rename.self, ListNames.self, RecordChange.self, ListChanges.self,
            Successors.self,
        ])

    struct Create: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Registers a party.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "The code it is known by for ever: its ARS or AGS, or an assigned code.")
        var code: String
        @Option(help: "Official name, for example Itzgrund.")
        var name: String
        @Option(help: "What it is.")
        var kind = Choice(PartyKind.municipality)
        @Option(help: "Amtlicher Gemeindeschlüssel, 8 digits.")
        var ags = ""
        @Option(help: "Amtlicher Regionalschlüssel, 12 digits.")
        var ars = ""

        func run(_ session: Session) async throws {
            var request = CreatePartyRequest()
            request.partyCode = code
            request.party.kind = kind.value
            request.party.displayName = name
            request.party.ags = ags
            request.party.ars = ars
            let response = try await MunicipalityServiceClient(session.client).createParty(change.stamp(request))
            try session.show(response) { PartyCommands.table([response.party]) }
        }
    }

    struct Get: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one party.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions

        @Argument(help: "Code of the party.")
        var code: String

        func run(_ session: Session) async throws {
            var request = GetPartyRequest()
            request.name = Names.party(code)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await MunicipalityServiceClient(session.client).getParty(request)
            try session.show(response.party) { PartyCommands.table([response.party]) }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists all parties.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions

        func run(_ session: Session) async throws {
            var request = ListPartiesRequest()
            if let asOf = try asOf.message() { request.asOf = asOf }
            let all = try await request.all { try await MunicipalityServiceClient(session.client).listParties($0) }
            try session.show(all) { PartyCommands.table(all.parties) }
        }
    }

    private static func table(_ parties: [Party]) -> String {
        var table = Table(.text("code"), .text("name"), .text("kind"), .text("AGS"), .text("ARS"), .text("ended"))
        for party in parties {
            let successors = party.successors.map { Names.short($0.party) }.joined(separator: ", ")
            let ended = party.hasDissolvedOn ? "\(Words.day(party.dissolvedOn)), now \(successors)" : ""
            table.add(
                Names.short(party.name), party.displayName, Choice.text(party.kind), party.ags, party.ars, ended)
        }
        return table.text
    }
}
