internal import API
internal import ArgumentParser

/// What a listing says; the same for its first revision and every later one.
struct ListingOptions: ParsableArguments {
    @Option(help: "Name for people.")
    var name: String
    @Option(help: "In one sentence.")
    var summary: String
    @Option(help: "In detail.")
    var description = ""
    @Option(help: "What it offers.")
    var kind = Choice(ListingKind.application)
    @Option(help: "What it is about, for example bauwesen; may be repeated.")
    var topic: [String]
    @Option(help: "How far it is.")
    var maturity = Choice(Maturity.stable)
    @Option(help: "Public programme that paid for it.")
    var funding = ""
    @Option(help: "Licence as an SPDX expression.")
    var license = ""
    @Option(help: "Interface, for example REST; may be repeated.")
    var interface: [String] = []
    @Option(help: "Standard, for example \"XBau 2.3\"; may be repeated.")
    var standard: [String] = []
    @Option(help: "How it is paid for.")
    var price: Choice<PriceModel>
    @Option(help: "What it costs, in words.")
    var priceNote = ""
    @Option(help: "Language, for example de; may be repeated.")
    var language: [String] = ["de"]
    @Option(help: "Whom to ask: an office or a person.")
    var contact = ""
    @Option(help: "Its address for electronic mail.")
    var email = ""
    @Option(help: "Its telephone number.")
    var phone = ""
    @Option(help: "Application behind it, consortia/CONSORTIUM/applications/APPLICATION.")
    var app = ""

    var listing: Listing {
        var listing = Listing()
        listing.displayName = name
        listing.summary = summary
        listing.description_p = description
        listing.kind = kind.value
        listing.topics = topic
        listing.maturity = maturity.value
        listing.fundingProgramme = funding
        listing.license = license
        listing.interfaces = interface
        listing.standards = standard
        listing.priceModel = price.value
        listing.priceNote = priceNote
        listing.languages = language
        listing.application = app
        if !contact.isEmpty || !email.isEmpty {
            listing.contact.displayName = contact
            listing.contact.email = email
            listing.contact.phone = phone
        }
        return listing
    }
}
