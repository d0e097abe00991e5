internal import API
internal import ArgumentParser
internal import Terminal

/// `allmende market`: what is on offer, and who is interested in it.
struct MarketCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "market", abstract: "The marketplace: applications and advisory services on offer.",
        subcommands: [
            Draft.self, Revise.self, Publish.self, Withdraw.self, Show.self, List.self, Search.self, Compare.self,
            ShowInterest.self, Interests.self, Answer.self, Retract.self, Apply.self,
        ])

    struct Draft: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Writes a listing; nobody else sees it yet.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var options: ListingOptions

        @Argument(help: "Id of the listing.")
        var listing: String

        func run(_ session: Session) async throws {
            var request = CreateListingRequest()
            request.listingID = listing
            request.listing = try options.listing()
            let response = try await MarketplaceServiceClient(session.client).createListing(change.stamp(request))
            try session.show(response) { ListingTable.card(response.listing) }
        }
    }

    struct Revise: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes the next revision of a listing; what is public stays until it is published.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var options: ListingOptions

        @Argument(help: "Id of the listing.")
        var listing: String

        func run(_ session: Session) async throws {
            var request = UpdateListingRequest()
            request.listing = try options.listing()
            request.listing.name = Names.listing(listing)
            let response = try await MarketplaceServiceClient(session.client).updateListing(change.stamp(request))
            try session.show(response) { ListingTable.card(response.listing) }
        }
    }

    struct Publish: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Makes the newest revision of a listing public.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the listing.")
        var listing: String

        func run(_ session: Session) async throws {
            var request = PublishListingRequest()
            request.name = Names.listing(listing)
            let response = try await MarketplaceServiceClient(session.client).publishListing(change.stamp(request))
            try session.show(response) { ListingTable.text([response.listing]) }
        }
    }

    struct Withdraw: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Takes a listing out of the search.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the listing.")
        var listing: String

        func run(_ session: Session) async throws {
            var request = WithdrawListingRequest()
            request.name = Names.listing(listing)
            let response = try await MarketplaceServiceClient(session.client).withdrawListing(change.stamp(request))
            try session.show(response) { ListingTable.text([response.listing]) }
        }
    }

    struct Show: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a listing.")
        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Id of the listing.")
        var listing: String
        @Option(help: "Revision; the public one when left out, for the owner the newest.")
        var revision: Int32 = 0

        func run(_ session: Session) async throws {
            var request = GetListingRequest()
            request.name = Names.listing(listing)
            request.revision = revision
            let response = try await MarketplaceServiceClient(session.client).getListing(request)
            try session.show(response.listing) { ListingTable.card(response.listing) }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the listings of a party.")
        @OptionGroup var connection: ConnectionOptions

        @Option(help: "Code of the party.")
        var party: String

        func run(_ session: Session) async throws {
            var request = ListListingsRequest()
            request.owner = Names.party(party)
            let response = try await request.all { try await MarketplaceServiceClient(session.client).listListings($0) }
            try session.show(response) { ListingTable.text(response.listings) }
        }
    }

    struct Compare: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Puts listings side by side.")
        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Ids of two to six listings.")
        var listings: [String]

        func run(_ session: Session) async throws {
            var request = CompareListingsRequest()
            request.names = listings.map(Names.listing)
            let response = try await MarketplaceServiceClient(session.client).compareListings(request)
            try session.show(response) { ListingTable.comparison(response) }
        }
    }
}
