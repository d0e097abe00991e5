import API
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// Listings, their search and interests in them, as owners and seekers see them.
@Suite(.timeLimit(.minutes(5)))
struct MarketplaceTests {
    private typealias Client = MarketplaceServiceClient

    @Test func aListingGoesFromDraftToPublicAndBack() async throws {
        try await House.with(.founded) { house in
            let owner = Client(try house.client(.office))
            let other = Client(try house.client(.ebern))
            let draft = try await owner.createListing(.listing("bauantrag", application: Founding.application)).listing
            #expect(draft.state == .draft && draft.revision == 1 && draft.publishedRevision == 0)
            #expect(draft.owner == Person.office.party && draft.contact.email == "marktplatz@itzgrund.example")
            let unseen = await refusal { _ = try await other.getListing(.with { $0.name = draft.name }) }
            #expect(unseen?.code == .notFound)
            #expect(try await titles("Bauantrag", other) == [])

            let published = try await owner.publishListing(.publish(draft)).listing
            #expect(published.state == .published && published.publishedRevision == 1 && published.etag != draft.etag)
            #expect(try await titles("Bauantrag", other) == ["Bauantrag online"])
            #expect(try await other.getListing(.with { $0.name = draft.name }).listing == published)

            var next = UpdateListingRequest.with { $0.listing = published }
            next.listing.displayName = "Digitale Bauakte"
            next.requestID = .newRequest
            let revised = try await owner.updateListing(next).listing
            #expect(revised.revision == 2 && revised.publishedRevision == 1 && revised.state == .published)
            // What is public stays until the next revision is.
            #expect(try await titles("Bauantrag", other) == ["Bauantrag online"])
            #expect(
                try await other.getListing(.with { $0.name = draft.name }).listing.displayName == "Bauantrag online")
            next.requestID = .newRequest
            let late = next
            let stale = await refusal { _ = try await owner.updateListing(late) }
            #expect(stale?.code == .aborted && stale?.reason == "ETAG_MISMATCH")
            _ = try await owner.publishListing(.publish(revised))
            #expect(try await titles("Bauakte", other) == ["Digitale Bauakte"])
            let again = await refusal { _ = try await owner.publishListing(.publish(revised, etag: "")) }
            #expect(again?.code == .failedPrecondition && again?.message.contains("PUBLISHED") == true)

            // The contact of a revision that is no longer public is forgotten.
            let former = try await owner.getListing(
                .with {
                    $0.name = draft.name
                    $0.revision = 1
                })
            #expect(!former.listing.hasContact && former.listing.displayName == "Bauantrag online")

            let withdrawn = try await owner.withdrawListing(.withdraw(draft)).listing
            #expect(withdrawn.state == .withdrawn)
            #expect(try await titles("Bauakte", other) == [])
            let twice = await refusal { _ = try await owner.withdrawListing(.withdraw(draft)) }
            #expect(twice?.reason == "INVALID_STATE" && twice?.message.contains("WITHDRAWN") == true)
            #expect(try await owner.publishListing(.publish(draft, etag: "")).listing.state == .published)
        }
    }

    @Test func wrongListingsAreRefusedFieldByField() async throws {
        try await House.with(.founded) { house in
            let owner = Client(try house.client(.office))
            var request = CreateListingRequest.listing("x")
            request.listing.displayName = ""
            request.listing.topics = ["Bauwesen"]
            request.listing.languages = ["Deutsch", "de"]
            request.listing.contact.email = "nobody"
            request.listing.license = ""
            let bad = request
            let wrong = await refusal { _ = try await owner.createListing(bad) }
            #expect(wrong?.code == .invalidArgument)
            #expect(
                wrong?.fields == [
                    "listing.display_name", "listing.topics[0]", "listing.license", "listing.languages[0]",
                    "listing.contact.email",
                ])
            let foreign = await refusal {
                _ = try await owner.createListing(.listing("x", application: Founding.foreignApplication))
            }
            #expect(foreign?.fields == ["listing.application"])
            let auditor = await refusal {
                _ = try await Client(try house.client(.auditor)).createListing(.listing("x"))
            }
            #expect(auditor?.code == .permissionDenied)
            let first = try await owner.createListing(.listing("x")).listing
            let twin = await refusal { _ = try await Client(try house.client(.ebern)).createListing(.listing("x")) }
            #expect(twin?.reason == "ALREADY_EXISTS" && twin?.fields == ["listing_id"])
            var silent = UpdateListingRequest.with { $0.listing = first }
            silent.listing.clearContact()
            silent.requestID = .newRequest
            let revised = try await owner.updateListing(silent).listing
            let withoutContact = await refusal { _ = try await owner.publishListing(.publish(revised)) }
            #expect(withoutContact?.code == .failedPrecondition && withoutContact?.message.contains("contact") == true)
            _ = try await publish("y", in: house)
            let notOwner = await refusal {
                _ = try await Client(try house.client(.ebern)).withdrawListing(.withdraw("listings/y"))
            }
            #expect(notOwner?.code == .permissionDenied && notOwner?.message.contains(Person.office.party) == true)
        }
    }

    @Test func tokensBelongToCallerQueryAndFilter() async throws {
        try await House.with(.founded) { house in
            for number in 1...5 { _ = try await publish("bauantrag-\(number)", in: house) }
            let client = Client(try house.client(.ebern))
            var request = SearchCatalogueRequest.with {
                $0.query = "Bauantrag"
                $0.pageSize = 2
            }
            let first = try await client.searchCatalogue(request)
            #expect(first.hits.count == 2 && first.totalSize == 5 && first.countedSize == 5)
            #expect(first.words.map(\.match) == [.exact])
            #expect(first.facets.first?.values.map(\.count) == [5])
            request.pageToken = first.nextPageToken
            let second = try await client.searchCatalogue(request)
            #expect(second.facets.isEmpty && second.hits.count == 2)
            #expect(Set(first.hits.map(\.name)).isDisjoint(with: second.hits.map(\.name)))
            for change: (inout SearchCatalogueRequest) -> Void in [
                { $0.query = "Bauwesen" }, { $0.pageToken = "0" + $0.pageToken }, { $0.pageToken = "x" },
                {
                    $0.filters = [
                        .with {
                            $0.facet = .kind; $0.values = ["application"]
                        }
                    ]
                },
            ] {
                var changed = request
                change(&changed)
                let other = changed
                let refused = await refusal { _ = try await client.searchCatalogue(other) }
                #expect(refused?.reason == "INVALID_PAGE_TOKEN" && refused?.fields == ["page_token"])
            }
            let taken = request
            let stranger = await refusal {
                _ = try await Client(try house.client(.itzgrund)).searchCatalogue(taken)
            }
            #expect(stranger?.reason == "INVALID_PAGE_TOKEN")
            let large = await refusal { _ = try await client.searchCatalogue(.with { $0.pageSize = 101 }) }
            #expect(large?.fields == ["page_size"])
            let empty = await refusal {
                _ = try await client.searchCatalogue(.with { $0.filters = [.with { $0.facet = .topic }] })
            }
            #expect(empty?.fields == ["filters[0].values"])
            #expect(
                try await Client(try house.client(.auditor)).searchCatalogue(.with { $0.query = "Bauwesen" }).totalSize
                    == 5)
        }
    }

    @Test func listingsAreComparedSideBySide() async throws {
        try await House.with(.founded) { house in
            _ = try await publish("one", in: house)
            _ = try await publish("two", in: house) { $0.license = "MIT" }
            let client = Client(try house.client(.ebern))
            let names = ["listings/two", "listings/one"]
            let comparison = try await client.compareListings(.with { $0.names = names })
            #expect(comparison.listings.map(\.name) == names)
            let license = comparison.properties.first { $0.property == "license" }
            #expect(license?.values == ["MIT", "EUPL-1.2"] && license?.differs == true)
            #expect(comparison.properties.first { $0.property == "maturity" }?.differs == false)
            for names in [
                ["listings/one"], ["listings/one", "listings/one"], Array(repeating: "listings/one", count: 7),
            ] {
                let refused = await refusal { _ = try await client.compareListings(.with { $0.names = names }) }
                #expect(refused?.fields.first == "names")
            }
        }
    }

    @Test func interestLeadsToAnAnswer() async throws {
        try await House.with(.founded) { house in
            let listing = try await publish("bauantrag", in: house)
            let (seeker, owner) = (Client(try house.client(.ebern)), Client(try house.client(.office)))
            let expressed = try await seeker.expressInterest(
                .interest(in: listing, message: "Ab 2027 für 7000 Einwohner"))
            #expect(expressed.interest.name == "listings/bauantrag/interests/09674130")
            #expect(expressed.interest.state == .expressed && expressed.interest.actingParty == Person.ebern.party)
            #expect(expressed.contact.displayName == "Koordinierungsstelle")
            let again = await refusal { _ = try await seeker.expressInterest(.interest(in: listing)) }
            #expect(again?.reason == "INVALID_STATE" && again?.message.contains("EXPRESSED") == true)
            #expect(try await owner.listInterests(ListInterestsRequest()).interests == [expressed.interest])
            #expect(
                try await Client(try house.client(.itzgrund)).listInterests(.with { $0.parent = listing }).interests
                    == [])
            let stranger = await refusal {
                _ = try await Client(try house.client(.itzgrund)).answerInterest(
                    .answer(expressed.interest, accept: true))
            }
            #expect(stranger?.code == .notFound)
            let own = await refusal { _ = try await seeker.answerInterest(.answer(expressed.interest, accept: true)) }
            #expect(own?.code == .permissionDenied)
            let accepted = try await owner.answerInterest(.answer(expressed.interest, accept: true, "Gern.")).interest
            #expect(accepted.state == .accepted && accepted.answer == "Gern.")
            let withdrawn = try await seeker.withdrawInterest(.withdraw(accepted)).interest
            #expect(withdrawn.state == .withdrawn)
            let late = await refusal { _ = try await owner.answerInterest(.answer(withdrawn, accept: true)) }
            #expect(late?.code == .failedPrecondition && late?.metadata["state"] == "WITHDRAWN")
            #expect(try await seeker.expressInterest(.interest(in: listing)).interest.state == .expressed)
            // What was written is in no entry, only its digest.
            let entries = try house.database.execute("SELECT encode(entry, 'escape') FROM register_entry")
            for text in ["Einwohner", "Gern.", "marktplatz@"] {
                #expect(!entries.contains(text), "\(text)")
            }
        }
    }

    /// From the marketplace into the consortium: interest, answer, application and admission name each other.
    @Test func anAcceptedInterestLeadsToAMembership() async throws {
        try await House.with(.founded) { house in
            let listing = try await publish("bauantrag", application: Founding.application, in: house)
            let seeker = Client(try house.client(.ebern))
            let interest = try await seeker.expressInterest(.interest(in: listing)).interest
            let early = await refusal { _ = try await apply(interest, as: .office, house) }
            #expect(early?.code == .failedPrecondition && early?.metadata["state"] == "EXPRESSED")
            #expect(early?.message.contains("must be ACCEPTED") == true && early?.resource == interest.name)
            _ = try await Client(try house.client(.office)).answerInterest(.answer(interest, accept: true))
            // The listing is public, so the consortium is no secret; its charter still decides who applies.
            let closed = await refusal { _ = try await apply(interest, as: .ebern, house) }
            #expect(closed?.code == .failedPrecondition && closed?.message.contains("coordination office") == true)
            try await openToApplications(house)
            let other = await refusal { _ = try await apply(interest, as: .office, house, party: .otherOffice) }
            #expect(other?.fields == ["interest"])

            let applied = try await apply(interest, as: .ebern, house)
            #expect(applied.membership.state == .applied && applied.membership.interest == interest.name)
            let led = try await seeker.listInterests(ListInterestsRequest()).interests[0]
            #expect(led.state == .applied && led.membership == applied.membership.name)
            #expect(led.membership == Founding.consortium + "/memberships/09674130")
            let over = await refusal { _ = try await Client(try house.client(.ebern)).withdrawInterest(.withdraw(led)) }
            #expect(over?.code == .failedPrecondition && over?.metadata["state"] == "APPLIED")
            try await Founding(house: house).decide("ebern") { $0.admitMember = .of(.ebern, from: .day(2013, 1, 1)) }
            let member = try await ConsortiumServiceClient(try house.client(.ebern)).getMembership(
                .with { $0.name = led.membership }
            ).membership
            #expect(member.state == .active && member.interest == interest.name)

            // Both registers have it: the platform's what became of the interest, the consortium's where it came from.
            let recorded = try await entries(of: "platform", as: .operator, house).compactMap {
                if case .interestRecorded(let change) = $0.change { change } else { nil }
            }
            #expect(recorded.map(\.state) == [.expressed, .accepted, .applied])
            #expect(recorded.map(\.membership) == ["", "", led.membership])
            let entry = try await entries(of: Founding.consortium, as: .office, house)[Int(applied.registerPosition)]
            guard case .membershipApplied(let change) = entry.change else {
                Issue.record("\(entry)")
                return
            }
            #expect(change.interest == interest.name)
        }
    }

    @Test func anApplicationThatCameToNothingLeavesTheInterestToBeExpressedAnew() async throws {
        try await House.with(.founded) { house in
            let listing = try await publish("bauantrag", application: Founding.application, in: house)
            let seeker = Client(try house.client(.ebern))
            let interest = try await seeker.expressInterest(.interest(in: listing)).interest
            _ = try await Client(try house.client(.office)).answerInterest(.answer(interest, accept: true))
            let applied = try await apply(interest, as: .office, house)
            _ = try await ConsortiumServiceClient(try house.client(.office)).withdrawMembershipApplication(
                .with {
                    $0.name = applied.membership.name
                    $0.requestID = .newRequest
                })
            let again = try await seeker.expressInterest(.interest(in: listing)).interest
            #expect(again.state == .expressed && again.membership.isEmpty)
            // A listing that is linked to nothing leads nowhere.
            let unlinked = try await publish("beratung", in: house)
            let idle = try await seeker.expressInterest(.interest(in: unlinked)).interest
            _ = try await Client(try house.client(.office)).answerInterest(.answer(idle, accept: true))
            let refused = await refusal { _ = try await apply(idle, as: .office, house) }
            #expect(refused?.code == .failedPrecondition && refused?.message.contains("linked to none") == true)
        }
    }

    private func apply(
        _ interest: Interest, as person: Person, _ house: House, party: Person = .ebern
    ) async throws -> ApplyForMembershipResponse {
        try await ConsortiumServiceClient(try house.client(person)).applyForMembership(
            .with {
                $0.parent = Founding.consortium
                $0.party = party.party
                $0.interest = interest.name
                $0.requestID = .newRequest
            })
    }

    private func openToApplications(_ house: House) async throws {
        var charter = try await ConsortiumServiceClient(try house.client(.office)).getConsortium(
            .with { $0.name = Founding.consortium }
        ).consortium.charter
        charter.openToApplications = true
        try await Founding(house: house).decide("open") { $0.amendCharter.charter = charter }
    }

    private func entries(of register: String, as person: Person, _ house: House) async throws -> [RegisterEntry] {
        try await RegisterServiceClient(try house.client(person)).listEntries(
            .with {
                $0.register = register
                $0.pageSize = 1000
            }
        ).entries
    }

    @Test func aBundlerActsUnderItsMandate() async throws {
        try await House.with(.founded) { house in
            let listing = try await publish("bauantrag", in: house)
            let bundler = Client(try house.client(.ebern))
            let request = ExpressInterestRequest.with {
                $0 = .interest(in: listing)
                $0.party = Person.untermerzbach.party
            }
            let without = await refusal { _ = try await bundler.expressInterest(request) }
            #expect(without?.code == .permissionDenied && without?.message.contains("mandate") == true)
            try await grantMandate(of: .untermerzbach, to: .ebern, in: house)
            let interest = try await bundler.expressInterest(request).interest
            #expect(interest.party == Person.untermerzbach.party && interest.actingParty == Person.ebern.party)
            // The party sees what was done for it, and may undo it.
            let own = Client(try house.client(.untermerzbach))
            #expect(try await own.listInterests(ListInterestsRequest()).interests == [interest])
            let other = ExpressInterestRequest.with {
                $0 = .interest(in: listing)
                $0.party = Person.itzgrund.party
            }
            #expect(await refusal { _ = try await bundler.expressInterest(other) }?.code == .permissionDenied)
        }
    }

    private func titles(_ query: String, _ client: MarketplaceServiceClient) async throws -> [String] {
        try await client.searchCatalogue(.with { $0.query = query }).hits.map(\.displayName)
    }
}

/// Publishes a listing of the coordination office; its name.
@discardableResult
func publish(
    _ id: String, application: String = "", in house: House, _ change: (inout Listing) -> Void = { _ in }
) async throws -> String {
    let client = MarketplaceServiceClient(try house.client(.office))
    var request = CreateListingRequest.listing(id, application: application)
    change(&request.listing)
    return try await client.publishListing(.publish(try await client.createListing(request).listing)).listing.name
}

/// Lets one party seek solutions for another.
func grantMandate(of party: Person, to holder: Person, in house: House) async throws {
    _ = try await AccessServiceClient(try house.client(party)).createMandate(
        .with {
            $0.parent = party.party
            $0.mandateID = "marktplatz"
            $0.mandate.holder = holder.party
            $0.mandate.purposes = [.seekSolutions]
            $0.mandate.valid.start = .day(2012, 1, 1)
            $0.requestID = .newRequest
        })
}

extension CreateListingRequest {
    static func listing(_ id: String, application: String = "") -> Self {
        .with {
            $0.listingID = id
            $0.listing.kind = .application
            $0.listing.displayName = "Bauantrag online"
            $0.listing.summary = "Bauanträge vom Formular bis zur Akte."
            $0.listing.topics = ["bauwesen"]
            $0.listing.maturity = .stable
            $0.listing.license = "EUPL-1.2"
            $0.listing.standards = ["XBau 2.3"]
            $0.listing.priceModel = .costSharing
            $0.listing.languages = ["de"]
            $0.listing.contact.displayName = "Koordinierungsstelle"
            $0.listing.contact.email = "marktplatz@itzgrund.example"
            $0.listing.application = application
            $0.requestID = .newRequest
        }
    }
}

extension PublishListingRequest {
    static func publish(_ listing: Listing, etag: String? = nil) -> Self {
        .with {
            $0.name = listing.name
            $0.etag = etag ?? listing.etag
            $0.requestID = .newRequest
        }
    }
}

extension WithdrawListingRequest {
    static func withdraw(_ listing: Listing) -> Self { withdraw(listing.name) }

    static func withdraw(_ name: String) -> Self {
        .with {
            $0.name = name
            $0.requestID = .newRequest
        }
    }
}

extension ExpressInterestRequest {
    static func interest(in listing: String, message: String = "") -> Self {
        .with {
            $0.listing = listing
            $0.message = message
            $0.requestID = .newRequest
        }
    }
}

extension WithdrawInterestRequest {
    static func withdraw(_ interest: Interest) -> Self {
        .with {
            $0.name = interest.name
            $0.requestID = .newRequest
        }
    }
}

extension AnswerInterestRequest {
    static func answer(_ interest: Interest, accept: Bool, _ text: String = "") -> Self {
        .with {
            $0.name = interest.name
            $0.accept = accept
            $0.answer = text
            $0.requestID = .newRequest
        }
    }
}
