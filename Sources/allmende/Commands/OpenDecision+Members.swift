internal import API
internal import ArgumentParser

/// Ballots on who belongs to the consortium, and on the consortium itself.
extension OpenDecision {
    struct Admit: BallotCommand {
        static let configuration = CommandConfiguration(abstract: "On admitting a party that has applied.")
        @OptionGroup var ballot: Ballot

        @Option(help: "The party and its votes, PARTY or PARTY=VOTES.", transform: Arguments.member)
        var party: Member
        @Option(help: "First day of its membership.", transform: Arguments.day)
        var from: CivilDate
        @Option(help: "What it pays to buy in, for example 12,000.00.")
        var buyIn: String?
        @Option(help: "Currency of the sum.")
        var currency = "EUR"

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.admitMember.party = party.party
            decision.admitMember.voteWeight = party.voteWeight
            decision.admitMember.validFrom = from
            if let buyIn { decision.admitMember.buyIn = try Arguments.money(buyIn, currency) }
        }
    }

    struct AmendCharter: BallotCommand {
        static let configuration = CommandConfiguration(
            commandName: "charter", abstract: "On a new charter, or on new vote weights.")
        @OptionGroup var ballot: Ballot
        @OptionGroup var charter: CharterOptions

        @Option(
            name: .customLong("member"), help: "A member with new votes, PARTY=VOTES; repeat for each.",
            transform: Arguments.member)
        var members: [Member] = []

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.amendCharter.voteWeights = members
            if charter.isGiven {
                var request = GetConsortiumRequest()
                request.name = Names.consortium(ballot.parent.consortium)
                let current = try await ConsortiumServiceClient(session.client).getConsortium(request).consortium
                decision.amendCharter.charter = try charter.applied(to: current.charter, currency: current.currency)
            }
        }
    }

    struct AppointAuditor: BallotCommand {
        static let configuration = CommandConfiguration(
            commandName: "auditor", abstract: "On appointing an auditor, who may then read the whole consortium.")
        @OptionGroup var ballot: Ballot

        @Option(help: "Code of the auditing party.")
        var party: String
        @Option(
            name: .customLong("for"), help: "Days on which it may read: a year, or first day/day after the last.",
            transform: Arguments.period)
        var days: DateRange

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.appointAuditor.party = Names.party(party)
            decision.appointAuditor.valid = days
        }
    }

    struct Dissolve: BallotCommand {
        static let configuration = CommandConfiguration(abstract: "On dissolving the consortium.")
        @OptionGroup var ballot: Ballot

        @Option(help: "First day on which it no longer acts.", transform: Arguments.day)
        var on: CivilDate

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.dissolveConsortium.dissolvedOn = on
        }
    }

    struct Publish: BallotCommand {
        static let configuration = CommandConfiguration(abstract: "On publishing a planned release.")
        @OptionGroup var ballot: Ballot

        @Option(help: "Id of the application.")
        var app: String
        @Option(help: "Version of the release.")
        var version: String

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.publishRelease.release = Names.release(version, of: app, in: ballot.parent.consortium)
        }
    }

    struct WithdrawRelease: BallotCommand {
        static let configuration = CommandConfiguration(abstract: "On withdrawing a release.")
        @OptionGroup var ballot: Ballot

        @Option(help: "Id of the application.")
        var app: String
        @Option(help: "Version of the release.")
        var version: String
        @Option(help: "Reference of the advisory that says why, for example CVE-2024-3094.")
        var advisory = ""

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.withdrawRelease.release = Names.release(version, of: app, in: ballot.parent.consortium)
            decision.withdrawRelease.advisory = advisory
        }
    }
}
