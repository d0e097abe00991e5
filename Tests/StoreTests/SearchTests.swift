import Domain
import Postgres
import SampleCatalogue
import Store
import TestSupport
import Testing

/// German search over listings as they might be: each query with the titles that must come first.
@Suite(.timeLimit(.minutes(5)))
struct SearchTests {
    /// Three listings of every task: online, Fachverfahren, Beratung.
    private static let catalogue = Task {
        let database = try await Fixture.makeDatabase()
        try database.execute(Seed.sql)
        try database.execute("TRUNCATE search_document, search_word, search_posting")
        // A command line takes some 100 KB at once.
        let statements = SampleCatalogue.listings(357).map(\.statement)
        for start in stride(from: 0, to: statements.count, by: 51) {
            try database.execute(statements[start..<(start + 51)].joined())
        }
        return database
    }

    private static func withCatalogue(_ body: @Sendable @escaping (Store) async throws -> Void) async throws {
        let target = try await TestCluster.shared.makeDatabase(template: catalogue.value.name)
        try await withDatabase(target) { database in try await body(Store(database: database)) }
    }

    /// What is asked for, and words that the title of the first result has.
    static let queries: [(String, String)] = [
        // As it is written, and in another case or number.
        ("Hundesteuer", "Hundesteuer"), ("hundesteuer", "Hundesteuer"), ("Fachverfahren Bauantrag", "Bauantrag"),
        ("Bauanträge", "Bauantrag"), ("Personalausweise", "Personalausweis"), ("Reisepässe", "Reisepass"),
        ("Geburtsurkunden", "Geburtsurkunde"), ("Beratung Wohngeldantrag", "Beratung Wohngeldantrag"),
        ("Digitale Akte", "Digitale Akte"), ("Bildung und Teilhabe", "Bildung und Teilhabe"),
        // Umlauts written out, and ß.
        ("Buergerbeteiligung", "Bürgerbeteiligung"), ("Bürgerbeteiligung", "Bürgerbeteiligung"),
        ("BUERGERPORTAL", "Bürgerportal"), ("Eheschliessung", "Eheschließung"), ("Strassenaufbruch", "Straßenaufbruch"),
        ("Fuehrungszeugnis", "Führungszeugnis"), ("Maengelmelder", "Mängelmelder"), ("Stadtbuecherei", "Stadtbücherei"),
        ("Gruenflaechenpflege", "Grünflächenpflege"), ("Bussgeldbescheid", "Bußgeldbescheid"),
        ("Bauantraege", "Bauantrag"), ("Reisepaesse", "Reisepass"),
        // Parts of compounds.
        ("Bescheid", "bescheid"), ("Bescheide", "bescheid"), ("Zulassung", "Kfz-Zulassung"), ("Urkunde", "urkunde"),
        ("Gebuehr", "gebühr"), ("Kalender", "kalender"), ("Kataster", "kataster"),
        ("Grundsteuer", "Grundsteuerbescheid"),
        ("Baulasten", "Baulastenverzeichnis"), ("Schwerbehinderung", "Schwerbehindertenausweis"),
        ("Sirenen", "Sirenensteuerung"), ("Friedhof", "Friedhofsverwaltung"), ("Feuerwehr", "Feuerwehrverwaltung"),
        ("Ladesäulen", "Ladesäulenverzeichnis"), ("Sperrmuell", "Sperrmüllabfuhr"), ("Kita", "Kitaplatzvergabe"),
        ("Zaehler", "Wasserzählerablesung"), ("Personenstandsregister", "Personenstandsregister"),
        // Slips of the pen.
        ("Hundestuer", "Hundesteuer"), ("Wohngeldatrag", "Wohngeldantrag"), ("Terminvergbae", "Terminvergabe"),
        ("Gewerbeanmeldugn", "Gewerbeanmeldung"), ("Feuerwerverwaltung", "Feuerwehrverwaltung"),
        ("Hochwaserpegel", "Hochwasserpegel"),
        // Several words, hyphens, words that say nothing.
        ("Kfz Zulassung", "Kfz-Zulassung"), ("Kfz-Zulassung online", "Kfz-Zulassung online"),
        ("Beratung für die Bauleitplanung", "Beratung Bauleitplanung"), ("Formular Fundbüro", "Fundbüro online"),
        ("steuern Kasse", "Kassenverfahren"), ("Wohnung", "Zweitwohnungsteuer"),
    ]

    @Test func germanQueriesFindWhatIsMeant() async throws {
        try await Self.withCatalogue { store in
            for (query, expected) in Self.queries {
                let page = try await search(query, store)
                let first = page.hits.first?.title ?? "nothing"
                #expect(first.contains(expected), "\(query): \(page.hits.prefix(3).map(\.title))")
                #expect(page.hits.allSatisfy { $0.cursor.score > 0 })
            }
        }
    }

    @Test func partsOfCompoundsFindThemAll() async throws {
        try await Self.withCatalogue { store in
            let page = try await search("Bescheid", store, limit: 100)
            let titles = Set(page.hits.map(\.title))
            for task in ["Grundsteuerbescheid", "Gewerbesteuerbescheid", "Bußgeldbescheid", "Gebührenbescheid"] {
                #expect(
                    titles.isSuperset(of: ["\(task) online", "Fachverfahren \(task)", "Beratung \(task)"]), "\(task)")
            }
            #expect(page.total == Int64(titles.count))
            // Three letters are in too many words.
            #expect(try await search("bes", store).total == 0)
        }
    }

    @Test func pointsDecideAndThenANumberThatFavoursNobody() async throws {
        try await Self.withCatalogue { store in
            let hits = try await search("Hundesteuer", store, limit: 100).hits
            // Title and exact form: 8 × 4.
            #expect(hits.first?.cursor.score == 32)
            let order = hits.map { (-Int64($0.cursor.score), $0.cursor.document) }
            #expect(order.map(\.1) == order.sorted(by: <).map(\.1))
            #expect(hits.map(\.name) == (try await search("Hundesteuer", store, limit: 100)).hits.map(\.name))
            let part = try await search("Steuerbescheid", store).hits
            #expect(part.first?.cursor.score == 16, "a part in the title: 8 × 2")
            let similar = try await search("Hundestuer", store).hits
            #expect(similar.first?.cursor.score == 8, "a similar word in the title: 8 × 1")
            let two = try await search("Hundesteuer Formular", store).hits
            #expect(two.first?.cursor.score == 40, "title 8 × 4 and summary 2 × 4")
        }
    }

    @Test func everyPageFollowsTheOneBefore() async throws {
        try await Self.withCatalogue { store in
            let all = try await search("online", store, limit: 200)
            #expect(all.hits.count == Int(all.total) && all.total > 100)
            var names: [String] = []
            var cursor: SearchCursor?
            repeat {
                let page = try await search("online", store, after: cursor, limit: 7)
                #expect(page.total == all.total)
                #expect(page.facets.isEmpty == (cursor != nil), "facets are counted on the first page")
                names += page.hits.map(\.name)
                cursor = page.hits.last?.cursor
            } while cursor != nil
            #expect(names == all.hits.map(\.name))
        }
    }

    @Test func filtersNarrowAndFacetsCount() async throws {
        try await Self.withCatalogue { store in
            let all = try await search("", store, limit: 400)
            #expect(all.total == 357 && all.hits.count == 357 && all.counted == 357)
            let kinds = Dictionary(
                uniqueKeysWithValues: all.facets.filter { $0.facet == 1 }.map { ($0.value, $0.count) })
            #expect(kinds == ["application": 240, "advisory-service": 117])
            let services = try await search("", store, filters: [(1, ["advisory-service"])], limit: 400)
            #expect(services.total == 117 && services.hits.allSatisfy { $0.kind == "advisory-service" })
            let either = try await search(
                "", store, filters: [(1, ["advisory-service", "application"]), (2, ["steuern"])], limit: 400)
            #expect(either.total == 36)
            #expect(either.facets.filter { $0.facet == 2 }.map(\.value) == ["steuern"])
            #expect(try await search("", store, filters: [(2, ["nirgends"])]).total == 0)
            let narrowed = try await search("Bescheid", store, filters: [(1, ["advisory-service"])])
            #expect(narrowed.total > 0 && narrowed.hits.allSatisfy { $0.title.hasPrefix("Beratung") })
            let counted = try await search("", store, counted: 10)
            #expect(counted.counted == 10 && counted.total == 357)
            #expect(counted.facets.filter { $0.facet == 1 }.map(\.count).reduce(0, +) == 10)
        }
    }

    @Test func nothingButWordsIsSearchedFor() async throws {
        try await Self.withCatalogue { store in
            #expect(try await search("nirgendwo", store).total == 0)
            #expect(try await search("Hundesteuer nirgendwo", store).total == 0)
            // Without a word that says something, everything is asked for.
            #expect(try await search("und für die", store).total == 357)
            for text in ["' OR 1=1 --", "%%%%", "____", "a'b", "\\", "🏛", String(repeating: "x", count: 200)] {
                _ = try await search(text, store)
            }
        }
    }
}

/// Searches as a member does.
func search(
    _ text: String, _ store: Store, filters: [(Int16, [String])] = [], after cursor: SearchCursor? = nil,
    limit: Int = 10, counted: Int = 1000
) async throws -> SearchPage {
    let reader = store.reader(Seed.member)
    let words = try await reader.searchedWords(SearchQuery(text).words)
    return try await reader.search(
        words, filters: filters.map { (facet: $0.0, values: $0.1) }, after: cursor, limit: limit, counted: counted)
}

extension SampleListing {
    /// Statements, for the owner of the database, that publish it as party 1 and put it into the search.
    var statement: String {
        let name = "listings/" + id
        let facets = [(1, isService ? "advisory-service" : "application"), (2, topic)] + standards.map { (8, $0) }
        let numbers = facets.map { String($0.0) }.joined(separator: ",")
        let values = facets.map { quoted($0.1) }.joined(separator: ",")
        return """
            SET allmende.party = '1';
            INSERT INTO publication (publication_name, party_id, state, revision, published_revision, recorded_from,
                changed_at) VALUES (\(quoted(name)), 1, 2, 1, 1, 0, 0);
            SELECT index_publication(currval(pg_get_serial_sequence('publication', 'publication_id'))::int,
                '\(isService ? "advisory-service" : "application")', \(quoted(title)),
                \(quoted(([topic] + standards + interfaces).joined(separator: " "))), \(quoted(summary)),
                \(quoted(description)), ARRAY[\(numbers)]::int2[], ARRAY[\(values)]);
            """
    }

    private func quoted(_ text: String) -> String { "'" + text.split(separator: "'").joined(separator: "''") + "'" }
}
