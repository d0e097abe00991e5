internal import Domain

/// What a text of the standard may say.
enum TextRule: Sendable {
    /// Any text with something in it.
    case any
    /// So many grapheme clusters.
    case length(ClosedRange<Int>)
    /// A version of the standard.
    case version
    /// An absolute URL with a host.
    case url
    /// The same of the Web.
    case webURL
    /// A URI with a scheme.
    case uri
    /// A URI or `alias:` with a name that the standard knows.
    case support
    case date
    /// An SPDX expression.
    case license
    /// A BCP 47 tag.
    case language
    case country
    case email
    /// A telephone number, which YAML must not take for a number.
    case phone
    /// A path within the repository or a URL, of a vector or raster image.
    case image
    /// A path within the repository.
    case path
    /// `type/subtype` of RFC 6838.
    case mediaType
    case word(Vocabulary)

    /// What is wrong with a text that is not empty; nil when nothing is.
    func objection(to scalar: Node.Scalar) -> (rule: Rule, message: String)? {
        let text = scalar.text
        let instead = "not \"\(text.excerpt)\""
        switch self {
        case .any: return nil
        case .length(let range): return Self.length(of: text, range)
        case .version:
            return StandardVersion(text) != nil ? nil : (.version, "must be a version from 0.2 to 0.7, \(instead)")
        case .url: return WebAddress.isURL(text) ? nil : (.url, "must be an absolute URL, \(instead)")
        case .webURL:
            return WebAddress.isWebURL(text)
                ? nil : (.url, "must be a URL that begins with https:// or http://, \(instead)")
        case .uri: return WebAddress.isURI(text) ? nil : (.uri, "must be a URI, \(instead)")
        case .support: return Self.support(text)
        case .date: return Self.failure(.date) { () throws(Failure) in _ = try CivilDate(text, field: "") }
        case .license: return Self.failure(.license) { () throws(Failure) in _ = try SPDXExpression(text, field: "") }
        case .language: return Self.failure(.language) { () throws(Failure) in _ = try LanguageTag(text, field: "") }
        case .country:
            return Vocabulary.isCountry(text)
                ? nil : (.country, "\(Vocabulary.country.choice), \(instead)")
        case .email:
            return WebAddress.isEmail(text) ? nil : (.email, "must be an address such as it@stadt.example, \(instead)")
        case .phone:
            let isNumber = scalar.isPlain && text.allSatisfy { "+-0123456789._".contains($0) }
            return isNumber ? (.phone, "must be in quotes, so that it is a text and no number") : nil
        case .image:
            let isImage = ["svg", "svgz", "png", "jpg", "jpeg"].contains { text.lowercased().hasSuffix("." + $0) }
            guard isImage else { return (.image, "must be an SVG, PNG or JPG file, \(instead)") }
            return WebAddress.isWebURL(text) || WebAddress.isPath(text)
                ? nil : (.image, "must be a path within the repository or a URL, \(instead)")
        case .path: return WebAddress.isPath(text) ? nil : (.path, "must be a path within the repository, \(instead)")
        case .mediaType:
            return WebAddress.isMediaType(text)
                ? nil : (.mediaType, "must be a media type such as text/plain, \(instead)")
        case .word(let vocabulary):
            return vocabulary.words.contains(text) ? nil : (.vocabulary, "\(vocabulary.choice), \(instead)")
        }
    }

    /// What the standard gives up about a text that is allowed.
    func deprecation(of text: String) -> String? {
        if case .country = self, text != text.uppercased() { return "should be in capitals: \(text.uppercased())" }
        return nil
    }

    private static func length(of text: String, _ range: ClosedRange<Int>) -> (rule: Rule, message: String)? {
        let length = text.count
        if length > range.upperBound {
            return (.length, "must have at most \(range.upperBound) characters, not \(length)")
        }
        if length < range.lowerBound {
            return (.length, "must have at least \(range.lowerBound) characters, not \(length)")
        }
        return nil
    }

    private static func support(_ text: String) -> (rule: Rule, message: String)? {
        if text.hasPrefix("alias:") {
            let isKnown = Vocabulary.supportAlias.words.contains(String(text.dropFirst("alias:".count)))
            return isKnown
                ? nil : (.vocabulary, "must be an alias of the standard such as alias:gdpr, not \"\(text.excerpt)\"")
        }
        return WebAddress.isURI(text)
            ? nil : (.uri, "must be a URI or an alias such as alias:gdpr, not \"\(text.excerpt)\"")
    }

    private static func failure(_ rule: Rule, _ read: () throws(Failure) -> Void) -> (rule: Rule, message: String)? {
        do {
            try read()
            return nil
        } catch {
            return (rule, error.violations.first?.description ?? error.message)
        }
    }
}
