import Publiccode
import Testing

/// A change of the sample and what is found then.
struct RuleCase: Sendable, CustomTestStringConvertible {
    let rule: Rule
    let severity: Finding.Severity
    let old: String
    let new: String
    /// `line:column field`
    let expected: String

    init(_ rule: Rule, _ severity: Finding.Severity, _ old: String, _ new: String, _ expected: String) {
        self.rule = rule
        self.severity = severity
        self.old = old
        self.new = new
        self.expected = expected
    }

    init(_ rule: Rule, _ old: String, _ new: String, _ expected: String) {
        self.init(rule, .error, old, new, expected)
    }

    var testDescription: String { "\(rule.rawValue) at \(expected)" }
}

/// Each rule with what breaks it, one finding each, at its place.
enum RuleCases {
    static let all = form + types + mandatory + values + descriptions + maintenance + warnings

    private static let form: [RuleCase] = [
        .init(.syntax, "name: Meldewesen", "name: \"Meldewesen", "3:7 "),
        .init(.syntax, "    - de\n", "    - de\n---\nname: x\n", "28:1 "),
        .init(.syntax, "name: Meldewesen", "name: Melde\u{7}wesen", "2:12 "),
        .init(.syntax, "  - web\n", "\t- web\n", "5:1 "),
        .init(.tag, "name: Meldewesen", "name: !!binary TWVsZGV3ZXNlbg==", "2:7 name"),
        .init(.tag, "platforms:\n", "platforms: !places\n", "4:12 platforms"),
        .init(.tag, "  - web\n", "  - ? [web]\n    : 1\n", "5:7 platforms[0]"),
        .init(.duplicateKey, "name: Meldewesen", "name: Meldewesen\nname: Ummeldewesen", "2:1 name"),
        .init(
            .duplicateKey, "    features:", "    shortDescription: x\n    features:",
            "10:5 description.de.shortDescription"),
        .init(
            .duplicateKey, "      email: meldeamt", "      name: x\n      email: meldeamt",
            "22:7 maintenance.contacts[0].name"),
    ]

    private static let types: [RuleCase] = [
        .init(.unknownKey, "name: Meldewesen", "name: Meldewesen\ntitle: Melde", "3:1 title"),
        .init(.unknownKey, "    features:", "    feature: x\n    features:", "14:5 description.de.feature"),
        .init(
            .unknownKey, "      email: meldeamt", "      mail: x\n      email: meldeamt",
            "23:7 maintenance.contacts[0].mail"),
        .init(.unknownKey, "name: Meldewesen", "name: Meldewesen\n<<: {}", "3:1 <<"),
        .init(.mapping, "legal:\n  license: EUPL-1.2", "legal: EUPL-1.2", "17:8 legal"),
        .init(
            .mapping, "    - name: Meldeamt Itzgrund\n      email: meldeamt@itzgrund.example", "    - Meldeamt",
            "22:7 maintenance.contacts[0]"),
        .init(.list, "platforms:\n  - web", "platforms: web", "4:12 platforms"),
        .init(.text, "name: Meldewesen", "name: [Meldewesen]", "2:7 name"),
        .init(.text, "name: Meldewesen", "name: true", "2:7 name"),
        .init(.text, "  license: EUPL-1.2", "  license: {spdx: EUPL-1.2}", "18:12 legal.license"),
        .init(
            .boolean, "localisationReady: true", "localisationReady: \"true\"", "25:22 localisation.localisationReady"),
        .init(.boolean, "localisationReady: true", "localisationReady: 1", "25:22 localisation.localisationReady"),
        .init(
            .yaml11Boolean, "localisationReady: true", "localisationReady: yes",
            "25:22 localisation.localisationReady"),
        .init(
            .yaml11Boolean, "localisationReady: true", "localisationReady: No", "25:22 localisation.localisationReady"),
        .init(
            .yaml11Boolean, "localisationReady: true", "localisationReady: on", "25:22 localisation.localisationReady"),
        .init(
            .yaml11Boolean, "localisationReady: true", "localisationReady: OFF",
            "25:22 localisation.localisationReady"),
        .init(.yaml11Boolean, "    - de\n", "    - no\n", "27:7 localisation.availableLanguages[0]"),
        .init(.yaml11Boolean, "  de:\n", "  no:\n", "9:3 description.no"),
        .init(.empty, "name: Meldewesen", "name:", "2:6 name"),
        .init(.empty, "name: Meldewesen", "name: \"\"", "2:7 name"),
        .init(.empty, "name: Meldewesen", "name: ~", "2:7 name"),
        .init(.empty, "  - web", "  - \" \"", "5:5 platforms[0]"),
        .init(.items, "platforms:\n  - web", "platforms: []", "4:12 platforms"),
        .init(
            .items, "  availableLanguages:\n    - de", "  availableLanguages: []",
            "26:23 localisation.availableLanguages"),
        .init(
            .items, "    features:\n      - Anmeldung und Ummeldung\n      - Auskunft aus dem Melderegister\n",
            "    features: []\n", "14:15 description.de.features"),
    ]

    private static let mandatory: [RuleCase] = [
        .init(.missingKey, "publiccodeYmlVersion: \"0.5\"\n", "", "1:1 publiccodeYmlVersion"),
        .init(.missingKey, "name: Meldewesen\n", "", "1:1 name"),
        .init(.missingKey, "url: \"https://git.example/itzgrund/meldewesen.git\"\n", "", "1:1 url"),
        .init(.missingKey, "platforms:\n  - web\n", "", "1:1 platforms"),
        .init(.missingKey, "developmentStatus: stable\n", "", "1:1 developmentStatus"),
        .init(.missingKey, "softwareType: standalone/web\n", "", "1:1 softwareType"),
        .init(.missingKey, "legal:\n  license: EUPL-1.2\n", "", "1:1 legal"),
        .init(.missingKey, "  license: EUPL-1.2\n", "  mainCopyrightOwner: Itzgrund\n", "18:3 legal.license"),
        .init(.missingKey, "  type: internal\n", "", "20:3 maintenance.type"),
        .init(.missingKey, "  localisationReady: true\n", "", "25:3 localisation.localisationReady"),
        .init(.missingKey, "  availableLanguages:\n    - de\n", "", "25:3 localisation.availableLanguages"),
        .init(
            .missingKey, "    shortDescription: Führt das Melderegister kleiner Gemeinden.\n", "",
            "10:5 description.de.shortDescription"),
        .init(
            .missingKey, "    features:\n      - Anmeldung und Ummeldung\n      - Auskunft aus dem Melderegister\n", "",
            "10:5 description.de.features"),
        .init(
            .missingKey, "    - name: Meldeamt Itzgrund\n      email", "    - email",
            "22:7 maintenance.contacts[0].name"),
        .init(
            .missingKey, "name: Meldewesen", "name: Meldewesen\norganisation: {name: Itzgrund}", "3:15 organisation.uri"
        ),
        .init(
            .missingKey, "name: Meldewesen", "name: Meldewesen\nfundedBy: [{uri: \"https://a.example\"}]",
            "3:12 fundedBy[0].name"),
        .init(
            .missingKey, "name: Meldewesen", "name: Meldewesen\ndependsOn: {open: [{version: \"1\"}]}",
            "3:20 dependsOn.open[0].name"),
    ]

    private static let values: [RuleCase] = [
        .init(.version, "\"0.5\"", "\"1.0\"", "1:23 publiccodeYmlVersion"),
        .init(.version, "\"0.5\"", "\"0.1\"", "1:23 publiccodeYmlVersion"),
        .init(.version, "\"0.5\"", "\"0.8\"", "1:23 publiccodeYmlVersion"),
        .init(.version, "\"0.5\"", "\"v0.5\"", "1:23 publiccodeYmlVersion"),
        .init(.vocabulary, "developmentStatus: stable", "developmentStatus: Stable", "6:20 developmentStatus"),
        .init(.vocabulary, "softwareType: standalone/web", "softwareType: standalone", "7:15 softwareType"),
        .init(.vocabulary, "type: internal", "type: outsourced", "20:9 maintenance.type"),
        .init(.vocabulary, "name: Meldewesen", "name: Meldewesen\ncategories: [melderegister]", "3:14 categories[0]"),
        .init(
            .vocabulary, "name: Meldewesen", "name: Meldewesen\nintendedAudience: {scope: [towns]}",
            "3:28 intendedAudience.scope[0]"),
        .init(.vocabulary, "\"0.5\"\n", "\"0.7\"\nsupports:\n  - id: alias:xmeld\n", "3:9 supports[0].id"),
        .init(.url, "\"https://git.example/itzgrund/meldewesen.git\"", "git.example/meldewesen", "3:6 url"),
        .init(.url, "\"https://git.example/itzgrund/meldewesen.git\"", "\"https://\"", "3:6 url"),
        .init(
            .url, "\"https://git.example/itzgrund/meldewesen.git\"", "\"https://git.example/melde wesen\"", "3:6 url"),
        .init(.url, "name: Meldewesen", "name: Meldewesen\nlandingURL: \"ftp://git.example\"", "3:13 landingURL"),
        .init(.url, "name: Meldewesen", "name: Meldewesen\nisBasedOn: [\"https://a.example\", x]", "3:34 isBasedOn[1]"),
        .init(.url, "    features:", "    videos:\n      - film.mp4\n    features:", "15:9 description.de.videos[0]"),
        .init(.uri, "name: Meldewesen", "name: Meldewesen\norganisation: {uri: itzgrund}", "3:21 organisation.uri"),
        .init(
            .uri, "name: Meldewesen", "name: Meldewesen\norganisation: {uri: \"urn:itzgrund\"}", "3:21 organisation.uri"
        ),
        .init(.date, "name: Meldewesen", "name: Meldewesen\nreleaseDate: 2023-02-29", "3:14 releaseDate"),
        .init(.date, "name: Meldewesen", "name: Meldewesen\nreleaseDate: 2023-02-28T00:00:00Z", "3:14 releaseDate"),
        .init(.date, "name: Meldewesen", "name: Meldewesen\nreleaseDate: 28.02.2023", "3:14 releaseDate"),
        .init(.license, "license: EUPL-1.2", "license: EUPL 1.2", "18:12 legal.license"),
        .init(.license, "license: EUPL-1.2", "license: EUPL-1.2 OR", "18:12 legal.license"),
        .init(.language, "    - de\n", "    - deutsch\n", "27:7 localisation.availableLanguages[0]"),
        .init(.language, "    - de\n", "    - de_DE\n", "27:7 localisation.availableLanguages[0]"),
        .init(.language, "  de:\n", "  german:\n", "9:3 description.german"),
        .init(
            .country, "name: Meldewesen", "name: Meldewesen\nintendedAudience: {countries: [De]}",
            "3:32 intendedAudience.countries[0]"),
        .init(.unknownKey, "name: Meldewesen", "name: Meldewesen\nIt: {}", "3:1 It"),
        .init(
            .country, "name: Meldewesen", "name: Meldewesen\nintendedAudience: {countries: [XX]}",
            "3:32 intendedAudience.countries[0]"),
        .init(.email, "meldeamt@itzgrund.example", "meldeamt", "23:14 maintenance.contacts[0].email"),
        .init(.email, "meldeamt@itzgrund.example", "meldeamt@itzgrund", "23:14 maintenance.contacts[0].email"),
        .init(
            .phone, "      email: meldeamt", "      phone: +49956100\n      email: meldeamt",
            "23:14 maintenance.contacts[0].phone"),
        .init(.image, "name: Meldewesen", "name: Meldewesen\nlogo: logo.gif", "3:7 logo"),
        .init(.image, "name: Meldewesen", "name: Meldewesen\nlogo: ../logo.svg", "3:7 logo"),
        .init(.image, "name: Meldewesen", "name: Meldewesen\nlogo: /srv/logo.svg", "3:7 logo"),
    ]

    private static let descriptions: [RuleCase] = [
        .init(.mapping, "description:\n  de:", "description: {}\nDE:", "8:14 description"),
        .init(
            .length, "Führt das Melderegister kleiner Gemeinden.", String(repeating: "ü", count: 151),
            "10:23 description.de.shortDescription"),
        .init(
            .length, "    features:", "    genericName: \(String(repeating: "x", count: 36))\n    features:",
            "14:18 description.de.genericName"),
    ]

    private static let maintenance: [RuleCase] = [
        .init(.contractorsMissing, "type: internal", "type: contract", "20:3 maintenance.contractors"),
        .init(
            .contractorsMissing, "type: internal", "type: contract\n  contractors: []",
            "21:16 maintenance.contractors"),
        .init(
            .contractorsExcluded, "type: internal",
            "type: internal\n  contractors:\n    - name: Haus\n      until: 2999-01-01",
            "22:5 maintenance.contractors"),
        .init(
            .contactsMissing,
            "type: internal\n  contacts:\n    - name: Meldeamt Itzgrund\n      email: meldeamt@itzgrund.example",
            "type: community", "20:3 maintenance.contacts"),
        .init(
            .contactsMissing, "  contacts:\n    - name: Meldeamt Itzgrund\n      email: meldeamt@itzgrund.example",
            "  contacts: []", "21:13 maintenance.contacts"),
    ]

    private static let warnings: [RuleCase] = [
        .init(
            .path, "  license: EUPL-1.2", "  license: EUPL-1.2\n  authorsFile: /etc/authors",
            "19:16 legal.authorsFile"),
        .init(.mediaType, "name: Meldewesen", "name: Meldewesen\ninputTypes: [xml]", "3:14 inputTypes[0]"),
        .init(
            .deprecated, .warning, "name: Meldewesen", "name: Meldewesen\nmonochromeLogo: logo.svg",
            "3:1 monochromeLogo"),
        .init(
            .deprecated, .warning, "name: Meldewesen", "name: Meldewesen\nintendedAudience: {countries: [de]}",
            "3:32 intendedAudience.countries[0]"),
        .init(.deprecated, .warning, "name: Meldewesen", "name: Meldewesen\nit: {riuso: {codiceIPA: x}}", "3:1 it"),
        .init(.empty, .warning, "name: Meldewesen", "name: Meldewesen\ncategories:", "3:12 categories"),
        .init(.laterVersion, .warning, "\"0.5\"\n", "\"0.4\"\nfundedBy: []\n", "2:1 fundedBy"),
        .init(
            .contractEnded, .warning, "type: internal",
            "type: contract\n  contractors:\n    - name: Haus\n      until: 2024-02-29",
            "23:14 maintenance.contractors[0].until"),
        .init(
            .missingKey, .warning, "  de:\n", "  en:\n    shortDescription: Keeps the register of residents.\n  de:\n",
            "10:5 description.en.longDescription"),
    ]
}
