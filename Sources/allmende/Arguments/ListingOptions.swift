internal import API
internal import ArgumentParser
internal import Services

/// What a listing says; the same for its first revision and every later one.
struct ListingOptions: ParsableArguments {
    @Option(
        help: """
            A publiccode.yml that says what is not said here: name, summary, description, maturity, licence, \
            standards, languages and contact.
            """)
    var publiccode: String?
    @Option(help: "Name for people.")
    var name = ""
    @Option(help: "In one sentence.")
    var summary = ""
    @Option(help: "In detail.")
    var description = ""
    @Option(help: "What it offers.")
    var kind = Choice(ListingKind.application)
    @Option(help: "What it is about, for example bauwesen; may be repeated.")
    var topic: [String]
    @Option(help: "How far it is; stable when nothing is said.")
    var maturity: Choice<Maturity>?
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
    @Option(help: "Language, for example de, which it is when nothing is said; may be repeated.")
    var language: [String] = []
    @Option(help: "Whom to ask: an office or a person.")
    var contact = ""
    @Option(help: "Its address for electronic mail.")
    var email = ""
    @Option(help: "Its telephone number.")
    var phone = ""
    @Option(help: "Application behind it, consortia/CONSORTIUM/applications/APPLICATION.")
    var app = ""

    func validate() throws {
        guard publiccode != nil || !name.isEmpty && !summary.isEmpty else {
            throw ValidationError("Give --name and --summary, or --publiccode with a file that has them.")
        }
    }

    /// - Throws: `CommandFailure` where the publiccode.yml cannot be read or has errors.
    func listing() throws -> Listing {
        var listing = Listing()
        listing.maturity = .stable
        listing.languages = ["de"]
        if let publiccode { listing = Listing(publiccode: try PubliccodeFile(publiccode).document()) }
        if !name.isEmpty { listing.displayName = name }
        if !summary.isEmpty { listing.summary = summary }
        if !description.isEmpty { listing.description_p = description }
        listing.kind = kind.value
        listing.topics = topic
        if let maturity { listing.maturity = maturity.value }
        listing.fundingProgramme = funding
        if !license.isEmpty { listing.license = license }
        listing.interfaces = interface
        if !standard.isEmpty { listing.standards = standard }
        listing.priceModel = price.value
        listing.priceNote = priceNote
        if !language.isEmpty { listing.languages = language }
        listing.application = app
        if !contact.isEmpty || !email.isEmpty {
            listing.contact.displayName = contact
            listing.contact.email = email
            listing.contact.phone = phone
        }
        return listing
    }
}
