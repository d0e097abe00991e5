internal import API
internal import Terminal

/// Listings for people.
enum ListingTable {
    /// One line each.
    static func text(_ listings: [Listing]) -> String {
        var table = Table(
            .text("listing"), .text("name"), .text("kind"), .text("state"), .number("revision"), .number("in use by"))
        for listing in listings {
            table.add(
                Names.short(listing.name), listing.displayName, Choice.text(listing.kind), Choice.text(listing.state),
                "\(listing.revision)", "\(listing.evidence.liveParties)")
        }
        return table.text
    }

    /// Everything about one.
    static func card(_ listing: Listing) -> String {
        var table = Table(.text(Names.short(listing.name)), .text(listing.displayName))
        func add(_ label: String, _ value: String) { if !value.isEmpty { table.add(label, value) } }
        add("state", state(listing))
        add("owner", Names.short(listing.owner))
        add("kind", Choice.text(listing.kind))
        add("summary", listing.summary)
        add("description", listing.description_p)
        add("topics", listing.topics.joined(separator: ", "))
        add("maturity", Choice.text(listing.maturity))
        add("funding", listing.fundingProgramme)
        add("licence", listing.license)
        add("interfaces", listing.interfaces.joined(separator: ", "))
        add("standards", listing.standards.joined(separator: ", "))
        add("price", Choice.text(listing.priceModel))
        add("", listing.priceNote)
        add("languages", listing.languages.joined(separator: ", "))
        add("application", listing.application)
        if listing.hasContact { add("contact", contact(listing.contact)) }
        add("in use", evidence(listing.evidence))
        return table.text
    }

    /// Properties down, listings across: a table for people has as many columns as there are listings.
    static func comparison(_ response: CompareListingsResponse) -> String {
        var table = Table(columns: [.text("")] + response.listings.map { .text(Names.short($0.name)) })
        for property in response.properties where property.values.contains(where: { !$0.isEmpty }) {
            let mark = property.differs ? "≠ " : "  "
            table.add([mark + property.property] + property.values)
        }
        return table.text
    }

    static func contact(_ contact: Contact) -> String {
        [contact.displayName, contact.email, contact.phone].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private static func state(_ listing: Listing) -> String {
        let revision = "\(Choice.text(listing.state)), revision \(listing.revision)"
        guard listing.publishedRevision > 0, listing.publishedRevision != listing.revision else { return revision }
        return revision + " (public: \(listing.publishedRevision))"
    }

    /// `by 3 parties since 2012-01-01; 1 agreed; 2 reports`.
    private static func evidence(_ evidence: UsageEvidence) -> String {
        var parts = [evidence.liveParties == 0 ? "by nobody yet" : "by \(evidence.liveParties)"]
        if evidence.hasLiveSince { parts[0] += " since \(Words.day(evidence.liveSince))" }
        if evidence.agreedParties > 0 { parts.append("\(evidence.agreedParties) agreed") }
        if evidence.endedParties > 0 { parts.append("\(evidence.endedParties) ended") }
        if evidence.reports > 0 { parts.append("\(evidence.reports) reports") }
        return parts.joined(separator: "; ")
    }
}
