internal import API
internal import ArgumentParser
internal import Terminal

extension CentreCommands {
    struct Report: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reports what you have learnt with a solution (Nachnutzungsbericht).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the listing.")
        var listing: String
        @Option(name: .customLong("for"), help: "Code of the party that you act for; your own when left out.")
        var party: String?
        @Option(help: "Days of work from the decision to the start.")
        var days: Int32 = 0
        @Option(help: "1 (would not again) to 5 (would again).")
        var rating: Int32
        @Option(help: "The report.")
        var text: String

        func run(_ session: Session) async throws {
            var request = CreateAdoptionReportRequest()
            request.parent = Names.listing(listing)
            if let party { request.adoptionReport.party = Names.party(party) }
            request.adoptionReport.introductionDays = days
            request.adoptionReport.rating = rating
            request.adoptionReport.text = text
            let response = try await CompetenceServiceClient(session.client).createAdoptionReport(change.stamp(request))
            try session.show(response) { CentreTable.reports([response.adoptionReport]) }
        }
    }

    struct Reports: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the reports about a listing.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions

        @Argument(help: "Id of the listing.")
        var listing: String

        func run(_ session: Session) async throws {
            var request = ListAdoptionReportsRequest()
            request.parent = Names.listing(listing)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await request.all {
                try await CompetenceServiceClient(session.client).listAdoptionReports($0)
            }
            try session.show(response) { CentreTable.reports(response.adoptionReports) }
        }
    }

    struct StageCommand: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "stage", abstract: "Shows how far a municipality has come, with the evidence.")
        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Code of the party.")
        var party: String
        @Option(help: "On which day; today when left out.", transform: Arguments.day)
        var on: CivilDate?

        func run(_ session: Session) async throws {
            var request = GetMunicipalityStageRequest()
            request.party = Names.party(party)
            if let on { request.day = on }
            let response = try await CompetenceServiceClient(session.client).getMunicipalityStage(request)
            try session.show(response) { CentreTable.stage(response) }
        }
    }

    struct CoverageCommand: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "coverage",
            abstract: "Shows which share of municipalities and inhabitants has a solution.",
            discussion: "docs/coverage.md has the size classes.")
        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Id of the listing.")
        var listing: String
        @Option(help: "On which day; today when left out. May be repeated.", transform: Arguments.day)
        var on: [CivilDate] = []

        func run(_ session: Session) async throws {
            var request = GetCoverageRequest()
            request.listing = Names.listing(listing)
            request.days = on
            let response = try await CompetenceServiceClient(session.client).getCoverage(request)
            try session.show(response) { response.coverages.map(CentreTable.coverage).joined(separator: "\n") }
        }
    }
}
