internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende app`: applications, their owners and releases.
struct AppCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app", abstract: "Shared applications, their owners, releases and adopters.",
        subcommands: [
            Create.self, List.self, Owners.self, PlanRelease.self, ReleaseCommand.self, Deprecate.self, Withdraw.self,
            Releases.self, Adopt.self, Adoptions.self, Upgrades.self, PubliccodeCommands.self,
        ])

    struct Create: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Registers an application of a consortium.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the application.")
        var app: String
        @Option(help: "Name for people.")
        var name: String

        func run(_ session: Session) async throws {
            var request = CreateApplicationRequest()
            request.parent = Names.consortium(parent.consortium)
            request.applicationID = app
            request.application.displayName = name
            let response = try await ApplicationServiceClient(session.client).createApplication(change.stamp(request))
            try session.show(response) { AppCommands.table([response.application]) }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the applications of a consortium.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        func run(_ session: Session) async throws {
            var request = ListApplicationsRequest()
            request.parent = Names.consortium(parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await request.all {
                try await ApplicationServiceClient(session.client).listApplications($0)
            }
            try session.show(response) { AppCommands.table(response.applications) }
        }
    }

    struct Owners: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Shows who owns which share of an application.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the application.")
        var app: String
        @OptionGroup var asOf: AsOfOptions

        func run(_ session: Session) async throws {
            var request = GetOwnershipRequest()
            request.application = Names.application(app, in: parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await ApplicationServiceClient(session.client).getOwnership(request)
            try session.show(response.ownership) { AppCommands.text(response.ownership) }
        }
    }

    private static func table(_ applications: [Application]) -> String {
        var table = Table(.text("application"), .text("name"), .text("status"), .text("licence"))
        for application in applications {
            let stated = application.hasPubliccode ? application.publiccode : nil
            table.add(
                Names.short(application.name), application.displayName,
                stated.map { Choice.text($0.developmentStatus) } ?? "", stated?.license ?? "")
        }
        return table.text
    }

    private static func text(_ ownership: Ownership) -> String {
        let head = "\(Names.short(ownership.application)), \(Words.period(ownership.valid)), "
        var chart = BarChart()
        for share in ownership.shares {
            let note = "\(Words.fraction(share.share))  \(Words.percent(share.share))"
            chart.add(
                Names.short(share.party), part: share.share.numerator, of: share.share.denominator, note: note)
        }
        return head + "set by entry \(ownership.registerPosition) of the register\n\n" + chart.text
    }
}
