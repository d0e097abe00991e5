/// Listings made by chance from a seed: the same ones for the same seed, with titles that are all different.
public enum SampleCatalogue {
    /// Listings as many as asked for. Each kind of task comes before any comes a second time.
    public static func listings(_ count: Int, seed: UInt64 = 8) -> [SampleListing] {
        var chance = Chance(seed: seed)
        let services = AdministrativeServices.all
        return (0..<count).map { number in
            let service = services[number % services.count]
            let variant = number / services.count
            return listing(service, form: forms[variant % forms.count], variant, number, &chance)
        }
    }

    private struct Form {
        /// %s stands for the task.
        let title: String
        let summary: String
        let isService: Bool
    }

    private static let forms: [Form] = [
        Form(title: "%s online", summary: "%s im Netz erledigen, vom Formular bis zur Akte.", isService: false),
        Form(title: "Fachverfahren %s", summary: "Fachverfahren für die Sachbearbeitung: %s.", isService: false),
        Form(
            title: "Beratung %s", summary: "Beratung von der Vergabe bis zum Betrieb: %s.", isService: true),
        Form(title: "Schnittstelle %s", summary: "Bindet %s an Register und Portale an.", isService: false),
        Form(
            title: "%s für kleine Gemeinden", summary: "%s mit wenig Personal und ohne eigenes Rechenzentrum.",
            isService: false),
        Form(title: "Einführung %s", summary: "Begleitet die Einführung in der Verwaltung: %s.", isService: true),
        Form(title: "Auswertung %s", summary: "Kennzahlen und Berichte zum Verfahren %s.", isService: false),
        Form(title: "%s mobil", summary: "%s unterwegs auf dem Telefon.", isService: false),
    ]

    private static let lands = [
        "Schleswig-Holstein", "Hamburg", "Niedersachsen", "Bremen", "Nordrhein-Westfalen", "Hessen", "Rheinland-Pfalz",
        "Baden-Württemberg", "Bayern", "Saarland", "Berlin", "Brandenburg", "Mecklenburg-Vorpommern", "Sachsen",
        "Sachsen-Anhalt", "Thüringen",
    ]

    private static let sentences = [
        "Nutzerinnen und Nutzer melden sich mit der BundID an.",
        "Die Daten liegen in einem Rechenzentrum in Deutschland.",
        "Formulare lassen sich ohne Programmierung anpassen.", "Ein Papierweg bleibt möglich.",
        "Zahlungen laufen über die vorhandene Kasse.", "Barrierefrei nach BITV 2.0.",
        "Der Quelltext ist offen und wird gemeinsam gepflegt.", "Schulungen finden vor Ort oder per Video statt.",
        "Kleine Gemeinden teilen sich Betrieb und Kosten.", "Änderungen des Rechts kommen mit dem nächsten Stand.",
        "Auskünfte gehen automatisch an die zuständige Stelle.", "Berichte entstehen auf Knopfdruck.",
    ]

    private static func listing(
        _ service: AdministrativeServices.Service, form: Form, _ variant: Int, _ number: Int, _ chance: inout Chance
    ) -> SampleListing {
        // Each task comes from every Land before any Land has it a second time.
        let land = lands[variant % lands.count]
        let edition = variant / lands.count
        var title = fill(form.title, service.name)
        if variant >= forms.count { title += " \(land)" }
        if edition > 0 { title += " \(edition + 1)" }
        let text = ((0..<4).map { _ in sentences[chance.next(sentences.count)] } + ["Entstanden in \(land)."])
            .joined(separator: " ")
        return SampleListing(
            id: "sample-\(number)", isService: form.isService, title: title,
            summary: fill(form.summary, service.name), description: text, topic: service.topic,
            maturity: [1, 2, 3, 4, 4, 4, 5][chance.next(7)],
            license: form.isService ? "" : ["EUPL-1.2", "MIT", "GPL-3.0-or-later", "Apache-2.0"][chance.next(4)],
            priceModel: form.isService ? 6 : 1 + chance.next(5),
            fundingProgramme: chance.next(3) == 0
                ? ["OZG", "Modellprojekte Smart Cities", "ELER"][chance.next(3)] : "",
            interfaces: ["REST", "OSCI", "FIT-Connect", "SFTP"].filter { _ in chance.next(3) == 0 },
            standards: ["XBau 2.3", "XMeld 3.0", "XRechnung 3.0", "FIM"].filter { _ in chance.next(4) == 0 },
            languages: ["de"] + ["en", "tr", "uk", "de-x-ls"].filter { _ in chance.next(4) == 0 })
    }

    private static func fill(_ pattern: String, _ name: String) -> String {
        guard let place = pattern.firstIndex(of: "%") else { return pattern }
        return pattern[..<place] + name + pattern[pattern.index(place, offsetBy: 2)...]
    }
}

/// SplitMix64: the same numbers for the same seed.
struct Chance {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A number below `bound`.
    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
