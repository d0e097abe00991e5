internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende consortium`: the bodies in which parties own applications together.
struct ConsortiumCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consortium", abstract: "Bodies in which parties own applications together.",
        subcommands: [
            Create.self, Approval.self, Show.self, List.self, AppointAuditor.self, Apply.self, WithdrawApplication.self,
            Quote.self, Notice.self, Members.self, Settle.self, Liquidated.self,
        ])

    struct Create: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prepares a consortium; its members then vote on founding it.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the consortium, for example itzgrund.")
        var consortium: String
        @Option(help: "Name for people.")
        var name: String
        @Option(help: "Legal form.")
        var form: Choice<LegalForm>
        @Option(help: "Currency of its accounts.")
        var currency = "EUR"
        @Option(
            name: .customLong("member"), help: "A member, PARTY or PARTY=VOTES; repeat for each.",
            transform: Arguments.member)
        var members: [Member]
        @Option(help: "Seat (Sitz).")
        var seat = ""
        @Option(help: "Supervisory authority (Aufsichtsbehörde).")
        var authority = ""
        @Option(
            help: "Day from which its founders are members; that of the founding when left out.",
            transform: Arguments.day)
        var established: CivilDate?
        @Option(help: "First day of the fiscal year, month and day.", transform: Arguments.fiscalYear)
        var fiscalYear: FiscalYear?
        @OptionGroup(title: "Charter") var charter: CharterOptions

        func run(_ session: Session) async throws {
            var request = CreateConsortiumRequest()
            request.consortiumID = consortium
            request.consortium.displayName = name
            request.consortium.legalForm = form.value
            request.consortium.currency = currency
            request.consortium.members = members.sorted { $0.party < $1.party }
            request.consortium.seat = seat
            request.consortium.supervisoryAuthority = authority
            if let established { request.consortium.establishedOn = established }
            if let fiscalYear { request.consortium.fiscalYear = fiscalYear }
            if charter.isGiven {
                var standard = Charter()
                standard.officePublishesReleases = true
                standard.officeAppointsAuditors = true
                request.consortium.charter = try charter.applied(to: standard, currency: currency)
            }
            let response = try await ConsortiumServiceClient(session.client).createConsortium(change.stamp(request))
            try session.show(response) { ConsortiumCommands.text(response.consortium) }
        }
    }

    struct Show: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a consortium and its members.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions

        @Argument(help: "Id of the consortium.")
        var consortium: String

        func run(_ session: Session) async throws {
            var request = GetConsortiumRequest()
            request.name = Names.consortium(consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await ConsortiumServiceClient(session.client).getConsortium(request)
            try session.show(response.consortium) { ConsortiumCommands.text(response.consortium) }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the consortia you take part in.")
        @OptionGroup var connection: ConnectionOptions

        func run(_ session: Session) async throws {
            let response = try await ListConsortiaRequest().all {
                try await ConsortiumServiceClient(session.client).listConsortia($0)
            }
            try session.show(response) {
                var table = Table(.text("consortium"), .text("name"), .text("legal form"), .text("state"))
                for consortium in response.consortia {
                    table.add(
                        Names.short(consortium.name), consortium.displayName, Choice.text(consortium.legalForm),
                        Choice.text(consortium.state))
                }
                return table.text
            }
        }
    }

    struct AppointAuditor: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Appoints an auditor, who may then read the whole consortium.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the consortium.")
        var consortium: String
        @Option(help: "Code of the auditing party.")
        var party: String
        @Option(
            name: .customLong("for"), help: "Days on which it may read: a year, or first day/day after the last.",
            transform: Arguments.period)
        var days: DateRange?

        func run(_ session: Session) async throws {
            var request = AppointAuditorRequest()
            request.consortium = Names.consortium(consortium)
            request.party = Names.party(party)
            if let days { request.valid = days }
            let response = try await ConsortiumServiceClient(session.client).appointAuditor(change.stamp(request))
            try session.show(response) {
                "Appointed \(party); entry \(response.registerPosition) of the register.\n"
            }
        }
    }

    static func text(_ consortium: Consortium) -> String {
        var table = Table(.text("member"), .number("votes"), .text("state"), .text("days"))
        for member in consortium.members {
            let days = member.hasValid ? Words.period(member.valid) : ""
            table.add(Names.short(member.party), "\(member.voteWeight)", Choice.text(member.state), days)
        }
        var text = "\(consortium.displayName) (\(Names.short(consortium.name))): \(Choice.text(consortium.state))\n"
        text += "\(Choice.text(consortium.legalForm)), accounts in \(consortium.currency), "
        text += "run by \(Names.short(consortium.coordinationOffice))\n"
        if !consortium.seat.isEmpty { text += "seat: \(consortium.seat)\n" }
        if !consortium.supervisoryAuthority.isEmpty { text += "supervised by: \(consortium.supervisoryAuthority)\n" }
        if consortium.hasDissolvedOn { text += "dissolved on: \(Words.day(consortium.dissolvedOn))\n" }
        return text + "\n" + table.text
    }
}
