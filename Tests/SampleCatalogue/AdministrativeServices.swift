/// What municipalities do, as titles of listings name it, each with its topic.
enum AdministrativeServices {
    struct Service: Sendable {
        let name: String
        let topic: String
    }

    static let all: [Service] = byTopic.flatMap { topic, names in
        names.split(separator: ",").map { name in
            Service(name: String(name.drop { $0 == " " || $0 == "\n" }), topic: topic)
        }
    }

    private static let byTopic: [(String, String)] = [
        (
            "steuern",
            """
            Grundsteuerbescheid, Gewerbesteuerbescheid, Hundesteuer, Zweitwohnungsteuer, Vergnügungssteuer,
            Gebührenbescheid, Abgabenbescheid, Kassenverfahren, Vollstreckung, Straßenreinigungsgebühr,
            Fremdenverkehrsbeitrag, Kurbeitrag
            """
        ),
        (
            "bauwesen",
            """
            Bauantrag, Bauleitplanung, Baulastenverzeichnis, Bauvoranfrage, Abgeschlossenheitsbescheinigung,
            Denkmalschutz, Straßenaufbruch, Bebauungsplan, Flächennutzungsplan, Vorkaufsrecht, Erschließungsbeitrag,
            Brückenprüfung
            """
        ),
        (
            "buergerservice",
            """
            Melderegisterauskunft, Wohnsitzanmeldung, Personalausweis, Reisepass, Führungszeugnis, Fundbüro,
            Terminvergabe, Beglaubigung, Bürgerportal, Bürgerbeteiligung, Mängelmelder, Parkausweis
            """
        ),
        (
            "personenstand",
            """
            Geburtsurkunde, Sterbeurkunde, Eheschließung, Namensänderung, Kirchenaustritt, Friedhofsverwaltung,
            Bestattungskalender, Personenstandsregister
            """
        ),
        (
            "soziales",
            """
            Wohngeldantrag, Wohnberechtigungsschein, Grundsicherung, Elterngeld, Unterhaltsvorschuss,
            Bildung und Teilhabe, Schwerbehindertenausweis, Pflegestützpunkt, Wohnraumvermittlung,
            Flüchtlingsunterbringung
            """
        ),
        (
            "bildung",
            """
            Kitaplatzvergabe, Schulanmeldung, Ganztagsbetreuung, Schülerbeförderung, Schulverwaltung,
            Mittagsverpflegung, Volkshochschule, Musikschule, Stadtbücherei, Lernplattform, Medienausleihe
            """
        ),
        (
            "verkehr",
            """
            Kfz-Zulassung, Führerscheinantrag, Bewohnerparken, Verkehrsrechtliche Anordnung, Parkraumüberwachung,
            Fahrplanauskunft, Radverkehrszählung, Baustellenmanagement, Schwertransport, Ladesäulenverzeichnis
            """
        ),
        (
            "ordnung",
            """
            Gewerbeanmeldung, Gaststättenerlaubnis, Bußgeldbescheid, Veranstaltungsanzeige, Sondernutzung,
            Waffenbesitzkarte, Fischereischein, Jagdschein, Hundeanmeldung, Sperrzeitverkürzung, Marktfestsetzung
            """
        ),
        (
            "umwelt",
            """
            Abfallkalender, Sperrmüllabfuhr, Baumkataster, Grünflächenpflege, Wasserzählerablesung, Abwassergebühr,
            Starkregenwarnung, Energiemonitoring, Solardachkataster, Hochwasserpegel, Luftmessnetz
            """
        ),
        (
            "verwaltung",
            """
            Dokumentenmanagement, Ratsinformation, Sitzungsdienst, Haushaltsplanung, Rechnungseingang,
            Personalverwaltung, Zeiterfassung, Vergabeplattform, Vertragsverwaltung, Geodatenportal, Digitale Akte,
            Wahlhelferverwaltung, Wahlergebnis, Prozessmanagement, Wissensdatenbank
            """
        ),
        (
            "sicherheit",
            """
            Feuerwehrverwaltung, Alarmierung, Katastrophenschutz, Sirenensteuerung, Notfallplanung,
            Datenschutzmanagement, Informationssicherheit, Brandverhütungsschau
            """
        ),
    ]
}
