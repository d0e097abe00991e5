internal import API
internal import ArgumentParser

/// Ballots on who belongs to the consortium, and on the consortium itself.
extension OpenDecision {
    struct Admit: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "On admitting a party that has applied.")
        @OptionGroup var ballot: Ballot
        var connection: ConnectionOptions { ballot.connection }

        @Option(help: "The party and its votes, PARTY or PARTY=VOTES.", transform: Arguments.member)
        var party: Member
        @Option(help: "First day of its membership.", transform: Arguments.day)
        var from: CivilDate
        @Option(help: "What it pays to buy in, for example 12,000.00.")
        var buyIn: String?
        @Option(help: "Currency of the sum.")
        var currency = "EUR"

        func run(_ session: Session) async throws {
            var decision = Decision()
            decision.admitMember.party = party.party
            decision.admitMember.voteWeight = party.voteWeight
            decision.admitMember.validFrom = from
            if let buyIn { decision.admitMember.buyIn = try Arguments.money(buyIn, currency) }
            try await ballot.open(decision, session)
        }
    }

    struct AmendCharter: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "charter", abstract: "On a new charter, or on new vote weights.")
        @OptionGroup var ballot: Ballot
        @OptionGroup var charter: CharterOptions
        var connection: ConnectionOptions { ballot.connection }

        @Option(
            name: .customLong("member"), help: "A member with new votes, PARTY=VOTES; repeat for each.",
            transform: Arguments.member)
        var members: [Member] = []

        func run(_ session: Session) async throws {
            var decision = Decision()
            decision.amendCharter.voteWeights = members
            if charter.isGiven {
                var request = GetConsortiumRequest()
                request.name = Names.consortium(ballot.parent.consortium)
                let current = try await ConsortiumServiceClient(session.client).getConsortium(request).consortium
                decision.amendCharter.charter = try charter.applied(to: current.charter, currency: current.currency)
            }
            try await ballot.open(decision, session)
        }
    }

    struct AppointAuditor: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "auditor", abstract: "On appointing an auditor, who may then read the whole consortium.")
        @OptionGroup var ballot: Ballot
        var connection: ConnectionOptions { ballot.connection }

        @Option(help: "Code of the auditing party.")
        var party: String
        @Option(
            name: .customLong("for"), help: "Days on which it may read: a year, or first day/day after the last.",
            transform: Arguments.period)
        var days: DateRange

        func run(_ session: Session) async throws {
            var decision = Decision()
            decision.appointAuditor.party = Names.party(party)
            decision.appointAuditor.valid = days
            try await ballot.open(decision, session)
        }
    }

    struct Dissolve: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "On dissolving the consortium.")
        @OptionGroup var ballot: Ballot
        var connection: ConnectionOptions { ballot.connection }

        @Option(help: "First day on which it no longer acts.", transform: Arguments.day)
        var on: CivilDate

        func run(_ session: Session) async throws {
            var decision = Decision()
            decision.dissolveConsortium.dissolvedOn = on
            try await ballot.open(decision, session)
        }
    }

    struct Publish: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "On publishing a planned release.")
        @OptionGroup var ballot: Ballot
        var connection: ConnectionOptions { ballot.connection }

        @Option(help: "Id of the application.")
        var app: String
        @Option(help: "Version of the release.")
        var version: String

        func run(_ session: Session) async throws {
            var decision = Decision()
            decision.publishRelease.release = Names.release(version, of: app, in: ballot.parent.consortium)
            try await ballot.open(decision, session)
        }
    }

    struct WithdrawRelease: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "On withdrawing a release.")
        @OptionGroup var ballot: Ballot
        var connection: ConnectionOptions { ballot.connection }

        @Option(help: "Id of the application.")
        var app: String
        @Option(help: "Version of the release.")
        var version: String
        @Option(help: "Reference of the advisory that says why, for example CVE-2024-3094.")
        var advisory = ""

        func run(_ session: Session) async throws {
            var decision = Decision()
            decision.withdrawRelease.release = Names.release(version, of: app, in: ballot.parent.consortium)
            decision.withdrawRelease.advisory = advisory
            try await ballot.open(decision, session)
        }
    }
}
