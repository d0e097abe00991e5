public import Domain

/// A publiccode.yml that keeps every rule: the description of a software that its repository carries.
public struct PubliccodeDocument: Sendable, Equatable {
    private(set) var root: Node

    /// What is said of the software in one language.
    public struct Description: Sendable, Equatable {
        /// BCP 47 tag.
        public let language: String
        /// The name in this language; empty where it has none of its own.
        public let localisedName: String
        public let shortDescription: String
        /// Empty where another language has it.
        public let longDescription: String
    }

    /// Somebody who maintains the software.
    public struct Contact: Sendable, Equatable {
        public let name: String
        /// Empty where none is given.
        public let email: String
        /// Empty where none is given.
        public let phone: String
    }

    /// Reads and checks a text.
    ///
    /// - Parameter today: the day on which contracts are over or not.
    /// - Returns: the document, nil where there is an error; and everything that was found, in the order of the text.
    public static func read(
        _ bytes: [UInt8], today: CivilDate
    ) -> (document: PubliccodeDocument?, findings: [Finding]) {
        let root: Node
        do throws(YAMLReader.Unreadable) {
            root = try YAMLReader.read(bytes)
        } catch {
            return (nil, [error.finding])
        }
        let findings = Checker.findings(in: root, today: today)
        let isValid = !findings.contains { $0.severity == .error }
        return (isValid ? PubliccodeDocument(root: root) : nil, findings)
    }

    init(root: Node) {
        self.root = root
    }

    /// The document as text: keys in the order of the standard, without comments. Documents that say the same in the
    /// same order of lists and languages have the same text.
    public var text: String { Writer.text(of: root) }

    mutating func set(_ key: String, to value: Node?) { root.set(key, to: value) }

    mutating func set(_ key: String, in section: String, to value: Node?) {
        guard var node = root[section] else { return }
        node.set(key, to: value)
        root.set(section, to: node)
    }

    // MARK: - What it says

    public var name: String { text("name") }
    public var url: String { text("url") }
    /// Empty where none is stated.
    public var softwareVersion: String { text("softwareVersion") }
    /// `concept`, `development`, `beta`, `stable` or `obsolete`.
    public var developmentStatus: String { text("developmentStatus") }
    public var softwareType: String { text("softwareType") }
    /// SPDX expression.
    public var license: String { root[path: "legal", "license"]?.scalar?.text ?? "" }
    public var platforms: [String] { texts(root["platforms"]) }
    public var categories: [String] { texts(root["categories"]) }
    public var usedBy: [String] { texts(root["usedBy"]) }
    public var availableLanguages: [String] { texts(root[path: "localisation", "availableLanguages"]) }
    /// Standards, regulations and systems that it supports, as URIs or aliases of the standard.
    public var supports: [String] { (root["supports"]?.items ?? []).compactMap { $0["id"]?.scalar?.text } }

    /// Who maintains it.
    public var contacts: [Contact] {
        (root[path: "maintenance", "contacts"]?.items ?? []).map { node in
            Contact(
                name: node["name"]?.scalar?.text ?? "", email: node["email"]?.scalar?.text ?? "",
                phone: node["phone"]?.scalar?.text ?? "")
        }
    }

    /// What is said in the language that suits best: in German, else in the first one.
    public var description: Description {
        let entries = root["description"]?.entries ?? []
        let german = entries.first { $0.key.text == "de" } ?? entries.first { $0.key.text.hasPrefix("de-") }
        guard let entry = german ?? entries.first else {
            return Description(language: "", localisedName: "", shortDescription: "", longDescription: "")
        }
        func text(_ key: String) -> String { entry.value[key]?.scalar?.text.trimmed ?? "" }
        return Description(
            language: entry.key.text, localisedName: text("localisedName"), shortDescription: text("shortDescription"),
            longDescription: text("longDescription"))
    }

    private func text(_ key: String) -> String { root[key]?.scalar?.text ?? "" }

    private func texts(_ node: Node?) -> [String] { (node?.items ?? []).compactMap { $0.scalar?.text } }
}

extension String {
    /// Without the line breaks and spaces around it, as blocks of YAML have them.
    fileprivate var trimmed: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        return String(text)
    }
}
