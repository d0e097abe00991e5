internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende mandate`: which party may act for which other.
struct MandateCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mandate", abstract: "Which party may act for another: report its usage, record its key figures.",
        subcommands: [Grant.self, List.self, Revoke.self])

    struct Grant: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lets another party act for yours.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the mandate among those of the party: lower-case letters, digits, hyphens.")
        var id: String
        @Option(help: "Code of the party that grants it.")
        var party: String
        @Option(help: "Code of the party that may act.")
        var holder: String
        @Option(name: .customLong("for"), help: "What it may do; may be repeated.")
        var purposes: [Choice<MandatePurpose>]
        @Option(help: "The only consortium it holds in; without it, all that the party is a member of.")
        var consortium: String?
        @Option(help: "First day, such as 2012-01-01.", transform: Arguments.day)
        var from: CivilDate
        @Option(
            help: "First day on which it holds no more; without it, it holds until it is revoked.",
            transform: Arguments.day)
        var until: CivilDate?

        func run(_ session: Session) async throws {
            var request = CreateMandateRequest()
            request.parent = Names.party(party)
            request.mandateID = id
            request.mandate.holder = Names.party(holder)
            request.mandate.purposes = purposes.map(\.value)
            if let consortium { request.mandate.consortium = Names.consortium(consortium) }
            request.mandate.valid.start = from
            if let until { request.mandate.valid.end = until }
            let response = try await AccessServiceClient(session.client).createMandate(change.stamp(request))
            try session.show(response) { MandateCommands.table([response.mandate]) }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the mandates that a party has granted or holds, or all.")
        @OptionGroup var connection: ConnectionOptions

        @Option(help: "Code of the party; all parties for an operator who leaves it out.")
        var party: String?

        func run(_ session: Session) async throws {
            var request = ListMandatesRequest()
            if let party { request.parent = Names.party(party) }
            let all = try await request.all { try await AccessServiceClient(session.client).listMandates($0) }
            try session.show(all) { MandateCommands.table(all.mandates) }
        }
    }

    struct Revoke: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Ends a mandate at once.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the mandate.")
        var id: String
        @Option(help: "Code of the party that granted it.")
        var party: String

        func run(_ session: Session) async throws {
            var request = RevokeMandateRequest()
            request.name = "\(Names.party(party))/mandates/\(id)"
            let response = try await AccessServiceClient(session.client).revokeMandate(change.stamp(request))
            try session.show(response) { MandateCommands.table([response.mandate]) }
        }
    }

    private static func table(_ mandates: [Mandate]) -> String {
        var table = Table(
            .text("party"), .text("mandate"), .text("holder"), .text("for"), .text("in"), .text("days"), .text("state"))
        for mandate in mandates {
            let parts = mandate.name.split(separator: "/").map(String.init)
            table.add(
                parts.count == 4 ? parts[1] : mandate.name, Names.short(mandate.name), Names.short(mandate.holder),
                mandate.purposes.map { Choice.text($0) }.joined(separator: ", "),
                mandate.consortium.isEmpty ? "all" : Names.short(mandate.consortium), Words.period(mandate.valid),
                mandate.revoked ? "revoked" : "granted")
        }
        return table.text
    }
}
