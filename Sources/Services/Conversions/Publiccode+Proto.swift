public import API
internal import Foundation
public import Publiccode
internal import TLS

extension PubliccodeFinding {
    public init(_ finding: Finding) {
        self.init()
        severity = finding.severity == .error ? .error : .warning
        rule = finding.rule.rawValue
        line = Int32(clamping: finding.position.line)
        column = Int32(clamping: finding.position.column)
        field = finding.field
        message = finding.message
    }
}

extension PubliccodeSummary {
    init(_ document: PubliccodeDocument, of text: Data, position: Int64) {
        self.init()
        sha256 = Data(SHA256.hash(Array(text)))
        registerPosition = position
        url = document.url
        developmentStatus = Maturity(publiccode: document.developmentStatus)
        softwareType = document.softwareType
        license = document.license
        shortDescription = document.description.shortDescription
        platforms = document.platforms
        categories = document.categories
        languages = document.availableLanguages
    }
}

extension Listing {
    /// A listing as far as a document tells, within the limits of a listing. Topics and price model are missing.
    public init(publiccode document: PubliccodeDocument) {
        self.init()
        let description = document.description
        kind = .application
        displayName = description.localisedName.isEmpty ? document.name : description.localisedName
        displayName = displayName.cut(to: 120)
        summary = description.shortDescription.cut(to: 150)
        description_p = description.longDescription.cut(to: 10_000)
        maturity = Maturity(publiccode: document.developmentStatus)
        license = document.license
        standards = document.supports.filter { $0.unicodeScalars.count <= 60 }.prefix(20).map { $0 }
        languages = document.availableLanguages.filter { $0.utf8.count <= 40 }.prefix(20).map { $0 }
        if let contact = document.contacts.first(where: { !$0.email.isEmpty }) {
            self.contact.displayName = contact.name.cut(to: 200)
            self.contact.email = contact.email
            self.contact.phone = contact.phone.cut(to: 40)
        }
    }
}

extension Maturity {
    /// The `developmentStatus` of the standard, whose words these are.
    fileprivate init(publiccode word: String) {
        self = Self.allCases.first { $0.rawValue != 0 && $0.word == word } ?? .unspecified
    }
}

extension String {
    /// The beginning, at most so many Unicode scalars long and never half a character.
    fileprivate func cut(to limit: Int) -> String {
        var text = self[...]
        while text.unicodeScalars.count > limit { text.removeLast() }
        return String(text)
    }
}
