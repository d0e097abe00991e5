internal import API
internal import ArgumentParser
internal import Foundation
internal import Terminal

extension MarketCommands {
    struct ShowInterest: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "interest", abstract: "Expresses an interest in a listing (Interessenbekundung).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the listing.")
        var listing: String
        @Option(name: .customLong("for"), help: "Code of the party that you act for; your own when left out.")
        var party: String?
        @Option(help: "What the owner should know.")
        var message = ""

        func run(_ session: Session) async throws {
            var request = ExpressInterestRequest()
            request.listing = Names.listing(listing)
            if let party { request.party = Names.party(party) }
            request.message = message
            let response = try await MarketplaceServiceClient(session.client).expressInterest(change.stamp(request))
            try session.show(response) {
                InterestTable.text([response.interest]) + "Ask \(ListingTable.contact(response.contact)).\n"
            }
        }
    }

    struct Interests: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists interests of yours and in your listings.")
        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Id of a listing; all when left out.")
        var listing: String?

        func run(_ session: Session) async throws {
            var request = ListInterestsRequest()
            if let listing { request.parent = Names.listing(listing) }
            let response = try await request.all {
                try await MarketplaceServiceClient(session.client).listInterests($0)
            }
            try session.show(response) { InterestTable.text(response.interests) }
        }
    }

    struct Answer: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Accepts or declines an interest in your listing.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the listing.")
        var listing: String
        @Option(help: "Code of the interested party.")
        var party: String
        @Flag(help: "Whether to go on.")
        var decision: Decision
        @Option(help: "What the party should know.")
        var text = ""

        enum Decision: String, EnumerableFlag {
            case accept
            case decline
        }

        func run(_ session: Session) async throws {
            var request = AnswerInterestRequest()
            request.name = Names.interest(of: party, in: listing)
            request.accept = decision == .accept
            request.answer = text
            let response = try await MarketplaceServiceClient(session.client).answerInterest(change.stamp(request))
            try session.show(response) { InterestTable.text([response.interest]) }
        }
    }

    struct Retract: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Takes an interest back.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the listing.")
        var listing: String
        @Option(help: "Code of the interested party.")
        var party: String

        func run(_ session: Session) async throws {
            var request = WithdrawInterestRequest()
            request.name = Names.interest(of: party, in: listing)
            let response = try await MarketplaceServiceClient(session.client).withdrawInterest(change.stamp(request))
            try session.show(response) { InterestTable.text([response.interest]) }
        }
    }
}

extension MarketCommands {
    struct Apply: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Applies for membership in the consortium behind a listing, once its owner has accepted.",
            discussion: "The members then decide, as on every application: allmende decision open admit.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the listing.")
        var listing: String
        @Option(help: "Code of the interested party.")
        var party: String
        @Option(help: "The written application; its SHA-256 goes into the register.")
        var document: String?

        func run(_ session: Session) async throws {
            var question = GetListingRequest()
            question.name = Names.listing(listing)
            let application = try await MarketplaceServiceClient(session.client).getListing(question).listing
                .application
            guard let consortium = Names.consortium(of: application) else {
                throw CommandFailure("\(listing) is linked to no application; there is nothing to join.")
            }
            var request = ApplyForMembershipRequest()
            request.parent = consortium
            request.party = Names.party(party)
            request.interest = Names.interest(of: party, in: listing)
            if let document { request.documentSha256 = try Data(FileDigest.bytes(of: document, or: nil)) }
            let response = try await ConsortiumServiceClient(session.client).applyForMembership(change.stamp(request))
            try session.show(response) { MembershipTable.text([response.membership]) }
        }
    }
}

/// Interests as a table.
enum InterestTable {
    static func text(_ interests: [Interest]) -> String {
        var table = Table(
            .text("listing"), .text("party"), .text("state"), .text("through"), .text("applied to"), .text("message"),
            .text("answer"))
        for interest in interests {
            let through = interest.actingParty == interest.party ? "" : Names.short(interest.actingParty)
            table.add(
                listing(interest), Names.short(interest.party), Choice.text(interest.state), through,
                Names.consortium(of: interest.membership).map(Names.short) ?? "", interest.message, interest.answer)
        }
        return table.text
    }

    private static func listing(_ interest: Interest) -> String {
        let parts = interest.name.split(separator: "/")
        return parts.count == 4 ? String(parts[1]) : interest.name
    }
}
