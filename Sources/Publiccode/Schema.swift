/// What may stand where, as data: the keys of the standard in the order in which they are written.
struct Schema: Sendable {
    /// The form of a value.
    indirect enum Shape: Sendable {
        case text(TextRule)
        case boolean
        /// Items of one form, at least so many.
        case list(Shape, atLeast: Int)
        /// One text, or a list of them.
        case oneOrMany(TextRule)
        case mapping(Schema)
        /// Mappings by language.
        case languages(Schema)
        /// Whatever a country has agreed on.
        case anything
    }

    struct Key: Sendable {
        enum Presence: Sendable {
            case optional
            case mandatory
            /// At least one language has it.
            case oneLanguage
        }

        let name: String
        let shape: Shape
        let presence: Presence
        /// Since which version of the standard, `0.` before it.
        let since: Int
        /// What to use in its place; nil while it is not given up.
        let replacement: String?

        init(
            _ name: String, _ shape: Shape, _ presence: Presence = .optional, since: Int = 0, replacement: String? = nil
        ) {
            self.name = name
            self.shape = shape
            self.presence = presence
            self.since = since
            self.replacement = replacement
        }
    }

    let keys: [Key]
    /// Whether keys that name a country are allowed besides.
    var hasCountries = false

    func key(_ name: String) -> Key? { keys.first { $0.name == name } }

    // MARK: - The standard

    static let document = Schema(
        keys: [
            Key("publiccodeYmlVersion", .text(.version), .mandatory),
            Key("name", .text(.any), .mandatory),
            Key("applicationSuite", .text(.any)),
            Key("url", .text(.url), .mandatory),
            Key("landingURL", .text(.webURL)),
            Key("isBasedOn", .oneOrMany(.url)),
            Key("softwareVersion", .text(.any)),
            Key("releaseDate", .text(.date)),
            Key("logo", .text(.image)),
            Key("monochromeLogo", .text(.image), replacement: "logo"),
            Key("organisation", .mapping(organisation), since: StandardVersion.withFunders),
            Key("inputTypes", .list(.text(.mediaType), atLeast: 0), replacement: ""),
            Key("outputTypes", .list(.text(.mediaType), atLeast: 0), replacement: ""),
            Key("platforms", .list(.text(.any), atLeast: 1), .mandatory),
            Key("categories", .list(.text(.word(.category)), atLeast: 0)),
            Key("usedBy", .list(.text(.any), atLeast: 0)),
            Key("fundedBy", .list(.mapping(funder), atLeast: 0), since: StandardVersion.withFunders),
            Key("roadmap", .text(.webURL)),
            Key("developmentStatus", .text(.word(.developmentStatus)), .mandatory),
            Key("softwareType", .text(.word(.softwareType)), .mandatory),
            Key(
                "supports", .list(.mapping(Schema(keys: [Key("id", .text(.support), .mandatory)])), atLeast: 0),
                since: 7),
            Key("intendedAudience", .mapping(intendedAudience)),
            Key("description", .languages(description), .mandatory),
            Key("legal", .mapping(legal), .mandatory),
            Key("maintenance", .mapping(maintenance), .mandatory),
            Key("localisation", .mapping(localisation), .mandatory),
            Key("dependsOn", .mapping(dependencies)),
        ], hasCountries: true)

    private static let organisation = Schema(keys: [
        Key("uri", .text(.uri), .mandatory), Key("name", .text(.any)),
    ])

    private static let funder = Schema(keys: [
        Key("name", .text(.any), .mandatory), Key("uri", .text(.uri)),
    ])

    private static let intendedAudience = Schema(keys: [
        Key("scope", .list(.text(.word(.scope)), atLeast: 0)),
        Key("countries", .list(.text(.country), atLeast: 0)),
        Key("unsupportedCountries", .list(.text(.country), atLeast: 0)),
    ])

    private static let description = Schema(keys: [
        Key("localisedName", .text(.any)),
        Key("genericName", .text(.length(1...35)), replacement: ""),
        Key("shortDescription", .text(.length(1...150)), .mandatory),
        Key("longDescription", .text(.length(150...10_000)), .oneLanguage),
        Key("documentation", .text(.webURL)),
        Key("apiDocumentation", .text(.webURL)),
        Key("features", .list(.text(.any), atLeast: 1), .oneLanguage),
        Key("screenshots", .list(.text(.image), atLeast: 0)),
        Key("videos", .list(.text(.webURL), atLeast: 0)),
        Key("awards", .list(.text(.any), atLeast: 0)),
    ])

    private static let legal = Schema(keys: [
        Key("license", .text(.license), .mandatory),
        Key("mainCopyrightOwner", .text(.any)),
        Key("repoOwner", .text(.any), replacement: "organisation.name"),
        Key("authorsFile", .text(.path), replacement: ""),
    ])

    private static let maintenance = Schema(keys: [
        Key("type", .text(.word(.maintenanceType)), .mandatory),
        Key("contractors", .list(.mapping(contractor), atLeast: 0)),
        Key("contacts", .list(.mapping(contact), atLeast: 0)),
    ])

    private static let contractor = Schema(keys: [
        Key("name", .text(.any), .mandatory), Key("until", .text(.date), .mandatory), Key("email", .text(.email)),
        Key("website", .text(.webURL)),
    ])

    private static let contact = Schema(keys: [
        Key("name", .text(.any), .mandatory), Key("email", .text(.email)), Key("affiliation", .text(.any)),
        Key("phone", .text(.phone)),
    ])

    private static let localisation = Schema(keys: [
        Key("localisationReady", .boolean, .mandatory),
        Key("availableLanguages", .list(.text(.language), atLeast: 1), .mandatory),
    ])

    private static let dependencies = Schema(keys: [
        Key("open", .list(.mapping(dependency), atLeast: 0)),
        Key("proprietary", .list(.mapping(dependency), atLeast: 0)),
        Key("hardware", .list(.mapping(dependency), atLeast: 0)),
    ])

    private static let dependency = Schema(keys: [
        Key("name", .text(.any), .mandatory), Key("versionMin", .text(.any)), Key("versionMax", .text(.any)),
        Key("version", .text(.any)), Key("optional", .boolean),
    ])
}
