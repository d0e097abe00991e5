import ArgumentParser
import Foundation
import SampleCatalogue

/// Listings by chance as lines for psql's \copy: id, kind, title, names, summary, text, numbers and values of facets.
struct ListingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listings", abstract: "Writes listings for the search to look through.")

    @Argument(help: "How many.")
    var count = 100_000

    func run() throws {
        var text = ""
        for listing in SampleCatalogue.listings(count) {
            let facets =
                [
                    (1, kind(listing)), (2, listing.topic), (3, Self.maturities[listing.maturity - 1]),
                    (4, listing.license), (5, Self.priceModels[listing.priceModel - 1]), (7, listing.fundingProgramme),
                ]
                .filter { !$0.1.isEmpty } + listing.standards.map { (8, $0) } + listing.languages.map { (6, $0) }
            text +=
                [
                    listing.id, kind(listing), listing.title,
                    ([listing.topic] + listing.standards + listing.interfaces).joined(separator: " "), listing.summary,
                    listing.description, array(facets.map { String($0.0) }), array(facets.map(\.1)),
                ].joined(separator: "\t") + "\n"
            if text.utf8.count > 1 << 20 {
                FileHandle.standardOutput.write(Data(text.utf8))
                text = ""
            }
        }
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    private static let maturities = ["concept", "development", "beta", "stable", "obsolete"]
    private static let priceModels = [
        "free", "cost-sharing", "flat-rate", "per-case", "per-inhabitant", "time-spent",
    ]

    private func kind(_ listing: SampleListing) -> String { listing.isService ? "advisory-service" : "application" }

    /// An array as PostgreSQL reads it; no value has a quote or a backslash.
    private func array(_ values: [String]) -> String {
        "{" + values.map { "\"\($0)\"" }.joined(separator: ",") + "}"
    }
}

/// Queries as municipalities would type them: tasks, parts of compounds, umlauts written out, slips, several words.
enum SampleQueries {
    static let all = [
        "Hundesteuer", "Grundsteuerbescheid", "Bescheid", "Bauantrag Bayern", "Kfz Zulassung", "Buergerbeteiligung",
        "Wohngeldantrag online", "Kalender", "Fachverfahren Gewerbeanmeldung", "Strassenaufbruch", "Kataster Hessen",
        "Hundestuer", "Feuerwehrverwaltung kleine Gemeinden", "Urkunde", "Beratung Bauleitplanung", "Terminvergbae",
        "Schnittstelle Personalausweis", "Gruenflaechenpflege mobil", "Digitale Akte", "Schulanmeldung Sachsen",
        "Bildung Teilhabe", "Sitzungsdienst", "Gebuehr", "Ratsinformation Niedersachsen", "Datenschutzmanagement",
    ]
}
