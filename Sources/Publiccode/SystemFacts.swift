public import Domain

/// What the system knows of a software from adoptions, agreements and releases.
public struct SystemFacts: Sendable {
    /// A party as documents name it.
    public struct Organisation: Sendable, Hashable {
        public let name: String
        /// Empty where there is none.
        public let uri: String

        public init(name: String, uri: String) {
            self.name = name
            self.uri = uri
        }
    }

    /// A release that is to be run.
    public struct Release: Sendable, Hashable {
        public let version: String
        public let day: CivilDate?
        /// SPDX expression.
        public let license: String

        public init(version: String, day: CivilDate?, license: String) {
            self.version = version
            self.day = day
            self.license = license
        }
    }

    /// Names of those who run it.
    public let users: [String]
    /// Who pays for it.
    public let funders: [Organisation]
    /// Parties among those that the document names as funders, whether they pay or not: of them the system knows.
    public let knownOrganisations: [Organisation]
    /// Whether releases are kept here at all.
    public let hasReleases: Bool
    /// The newest that is to be run.
    public let release: Release?

    public init(
        users: [String], funders: [Organisation], knownOrganisations: [Organisation], hasReleases: Bool,
        release: Release?
    ) {
        self.users = users
        self.funders = funders
        self.knownOrganisations = knownOrganisations
        self.hasReleases = hasReleases
        self.release = release
    }
}

extension PubliccodeDocument {
    /// Whom the document names as funders.
    public var fundedBy: [SystemFacts.Organisation] {
        (root["fundedBy"]?.items ?? []).map { node in
            .init(name: node["name"]?.scalar?.text ?? "", uri: node["uri"]?.scalar?.text ?? "")
        }
    }

    /// Where the document says something else than the system knows; a key that it leaves out says nothing. The export
    /// says what the system knows.
    public func claims(against facts: SystemFacts) -> [Finding] {
        var findings: [Finding] = []
        func note(_ rule: Rule, _ node: Node, _ field: String, _ message: String) {
            findings.append(Finding(.warning, rule, node.position, field, message))
        }
        let users = Set(facts.users)
        for (index, item) in (root["usedBy"]?.items ?? []).enumerated() {
            guard let name = item.scalar?.text, !users.contains(name) else { continue }
            note(
                .usedBy, item, "usedBy[\(index)]",
                "names \(name.excerpt), of which no adoption is in force; the export leaves it out")
        }
        let unnamed = facts.users.filter { !usedBy.contains($0) }
        if !unnamed.isEmpty, let key = root["usedBy"] {
            note(
                .usedBy, key, "usedBy",
                "leaves out \(Self.list(unnamed)), of which an adoption is in force; the export adds them")
        }
        let stated = fundedBy
        for (index, item) in (root["fundedBy"]?.items ?? []).enumerated() {
            guard facts.knows(stated[index]), !facts.isFunder(stated[index]) else { continue }
            note(
                .fundedBy, item, "fundedBy[\(index)]",
                "names \(stated[index].name.excerpt), which no agreement in force charges; the export leaves it out")
        }
        let missing = facts.funders.filter { funder in !stated.contains { funder.isSame(as: $0) } }
        if !missing.isEmpty, let key = root["fundedBy"] {
            note(
                .fundedBy, key, "fundedBy",
                "leaves out \(Self.list(missing.map(\.name))), which agreements in force charge; the export adds them")
        }
        findings += releaseClaims(against: facts)
        return findings.sorted { $0.position < $1.position }
    }

    private func releaseClaims(against facts: SystemFacts) -> [Finding] {
        guard facts.hasReleases else { return [] }
        let newest = facts.release
        let expected: [(field: String, stated: Node?, known: String?)] = [
            ("softwareVersion", root["softwareVersion"], newest?.version),
            ("releaseDate", root["releaseDate"], newest?.day?.description),
            ("legal.license", root[path: "legal", "license"], newest.map(\.license) ?? license),
        ]
        return expected.compactMap { field, stated, known in
            guard let stated, let text = stated.scalar?.text, text != known else { return nil }
            let message =
                known.map { "is \(text.excerpt), but \($0) for the newest release; the export says that" }
                ?? "is \(text.excerpt), but no release is to be run; the export leaves it out"
            return Finding(.warning, .release, stated.position, field, message)
        }
    }

    /// The document with what the system knows in place of what was stated. What the system does not know stays: all
    /// other keys, and funders that are no parties.
    public func corrected(by facts: SystemFacts) -> PubliccodeDocument {
        var document = self
        document.set("usedBy", to: facts.users.isEmpty ? nil : Node(.list(facts.users.map(Node.text))))
        let others = (root["fundedBy"]?.items ?? []).enumerated().filter { !facts.knows(fundedBy[$0.offset]) }
        let funders = facts.funders.map(\.node) + others.map(\.element)
        document.set("fundedBy", to: funders.isEmpty ? nil : Node(.list(funders)))
        let stated = root["publiccodeYmlVersion"]?.scalar.flatMap { StandardVersion($0.text) }
        if !funders.isEmpty, let stated, stated.minor < StandardVersion.withFunders {
            document.set("publiccodeYmlVersion", to: .text("0.\(StandardVersion.withFunders)"))
        }
        guard facts.hasReleases else { return document }
        document.set("softwareVersion", to: facts.release.map { .text($0.version) })
        document.set("releaseDate", to: facts.release?.day.map { .text($0.description) })
        if let license = facts.release?.license, !license.isEmpty {
            document.set("license", in: "legal", to: .text(license))
        }
        return document
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(5).map(\.excerpt).joined(separator: ", ")
        return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
    }
}

extension SystemFacts.Organisation {
    fileprivate func isSame(as other: Self) -> Bool { name == other.name || !uri.isEmpty && uri == other.uri }

    fileprivate var node: Node {
        uri.isEmpty ? .mapping(["name": .text(name)]) : .mapping(["name": .text(name), "uri": .text(uri)])
    }
}

extension SystemFacts {
    fileprivate func isFunder(_ organisation: Organisation) -> Bool {
        funders.contains { $0.isSame(as: organisation) }
    }

    fileprivate func knows(_ organisation: Organisation) -> Bool {
        isFunder(organisation) || knownOrganisations.contains { $0.isSame(as: organisation) }
    }
}
