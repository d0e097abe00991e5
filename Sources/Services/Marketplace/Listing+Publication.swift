internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

extension Listing: Publication {
    static let collection = "listings"
    static let type = "listing"

    var kept: Listing {
        var kept = self
        (kept.name, kept.owner, kept.state, kept.revision, kept.publishedRevision, kept.etag) =
            ("", "", .unspecified, 0, 0, "")
        kept.clearContact()
        kept.clearEvidence()
        return kept
    }

    var keptContact: [UInt8]? {
        get throws { hasContact ? try contact.serializedBytes() : nil }
    }

    mutating func take(contact: [UInt8]) throws {
        self.contact = try Contact(serializedBytes: contact)
    }

    var linkedApplication: String { application }

    var searchEntry: SearchEntry {
        var facets: [(Facet, [String])] = [
            (.kind, [kind.word]), (.topic, topics), (.maturity, [maturity.word]), (.priceModel, [priceModel.word]),
            (.language, languages), (.standard, standards),
        ]
        if !license.isEmpty { facets.append((.license, [license])) }
        if !fundingProgramme.isEmpty { facets.append((.fundingProgramme, [fundingProgramme])) }
        return SearchEntry(
            kind: kind.word, title: displayName,
            names: (topics + standards + interfaces + [fundingProgramme]).joined(separator: " "), summary: summary,
            body: description_p, facets: SearchEntry.facets(facets))
    }

    /// Every wrong field of a request.
    func check(_ checks: inout FieldChecks) {
        checks.enumeration(kind, field: "listing.kind")
        checks.text(displayName, field: "listing.display_name", length: 1...120)
        checks.text(summary, field: "listing.summary", length: 1...150)
        checks.text(description_p, field: "listing.description", length: 0...10_000)
        checks.ids(topics, field: "listing.topics", count: 1...10)
        checks.enumeration(maturity, field: "listing.maturity")
        checks.text(fundingProgramme, field: "listing.funding_programme", length: 0...120)
        checks.text(license, field: "listing.license", length: kind == .application ? 1...200 : 0...200)
        checks.names(interfaces, field: "listing.interfaces", count: 0...20)
        checks.names(standards, field: "listing.standards", count: 0...20)
        checks.enumeration(priceModel, field: "listing.price_model")
        checks.text(priceNote, field: "listing.price_note", length: 0...500)
        checks.names(languages, field: "listing.languages", count: 1...20, length: 1...40)
        for (index, tag) in languages.enumerated() where !tag.isEmpty {
            _ = checks.value(LanguageTag.self, tag, field: "listing.languages[\(index)]")
        }
        if hasContact { contact.check(&checks) }
        if !application.isEmpty {
            _ = checks.ids(application, in: ["consortia", "applications"], field: "listing.application")
        }
    }
}

extension Contact {
    fileprivate func check(_ checks: inout FieldChecks) {
        checks.text(displayName, field: "listing.contact.display_name", length: 1...200)
        checks.text(email, field: "listing.contact.email", length: 1...254)
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        checks.require(
            email.isEmpty || parts.count == 2 && !parts[0].isEmpty && parts[1].contains("."), "listing.contact.email",
            "must be an address such as marktplatz@stadt.example")
        checks.text(phone, field: "listing.contact.phone", length: 0...40)
    }
}

extension SearchEntry {
    /// Facets with the numbers under which they are stored.
    static func facets(_ facets: [(Facet, [String])]) -> [(facet: Int16, value: String)] {
        facets.flatMap { facet, values in values.map { (facet: Int16(facet.rawValue), value: $0) } }
    }
}
