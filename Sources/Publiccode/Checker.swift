internal import Domain

/// Holds a document against the schema and notes everything that is wrong.
struct Checker {
    private var findings = FindingList()
    /// Minor version of the standard that the document states.
    private let version: Int
    private let today: CivilDate

    private init(version: Int, today: CivilDate) {
        self.version = version
        self.today = today
    }

    /// Everything about a document, in the order of its text.
    static func findings(in root: Node, today: CivilDate) -> [Finding] {
        let stated = root["publiccodeYmlVersion"]?.scalar.flatMap { StandardVersion($0.text) }
        var checker = Checker(version: stated?.minor ?? StandardVersion.known.upperBound, today: today)
        checker.check(root, as: .mapping(.document), field: "")
        checker.checkMaintenance(root["maintenance"])
        return checker.findings.inOrder
    }

    private mutating func check(_ node: Node, as shape: Schema.Shape, field: String) {
        if let scalar = node.scalar, scalar.isAmbiguous { return noteAmbiguous(scalar, node.position, field) }
        switch shape {
        case .text(let rule): checkText(node, rule, field)
        case .boolean:
            if node.scalar?.boolean == nil { error(.boolean, node.position, field, "must be true or false") }
        case .list(let item, let least): checkList(node, item, least, field)
        case .oneOrMany(let rule):
            guard let items = node.items else { return checkText(node, rule, field) }
            for (index, item) in items.enumerated() { check(item, as: .text(rule), field: "\(field)[\(index)]") }
        case .mapping(let schema): checkMapping(node, schema, field)
        case .languages(let schema): checkLanguages(node, schema, field)
        case .anything: checkAnything(node, field)
        }
    }

    private mutating func checkText(_ node: Node, _ rule: TextRule, _ field: String) {
        guard let scalar = node.scalar else { return error(.text, node.position, field, "must be a text") }
        guard !scalar.isNull, !scalar.text.allSatisfy(\.isWhitespace) else {
            return error(.empty, node.position, field, "must not be empty; leave the key out")
        }
        guard scalar.boolean == nil else {
            return error(.text, node.position, field, "must be a text; put it in quotes")
        }
        if let (rule, message) = rule.objection(to: scalar) { error(rule, node.position, field, message) }
        if let message = rule.deprecation(of: scalar.text) { warn(.deprecated, node.position, field, message) }
    }

    private mutating func checkList(_ node: Node, _ item: Schema.Shape, _ least: Int, _ field: String) {
        if node.isNull, least == 0 {
            return warn(.empty, node.position, field, "has no value; leave the key out")
        }
        guard let items = node.items else { return error(.list, node.position, field, "must be a list") }
        if items.count < least { error(.items, node.position, field, "must have at least \(least) item") }
        for (index, child) in items.enumerated() { check(child, as: item, field: "\(field)[\(index)]") }
    }

    private mutating func checkMapping(_ node: Node, _ schema: Schema, _ field: String) {
        guard let entries = node.entries else {
            return error(.mapping, node.position, field, "must be a mapping of keys to values")
        }
        for entry in entries {
            let path = Self.path(field, entry.key.text)
            if entry.key.isAmbiguous { noteAmbiguous(entry.key, entry.position, path) }
            if let key = schema.key(entry.key.text) {
                remark(on: key, entry, path)
                check(entry.value, as: key.shape, field: path)
            } else if schema.hasCountries, Vocabulary.isCountry(entry.key.text) {
                warn(.deprecated, entry.position, path, "is a section for one country, which the standard gives up")
                check(entry.value, as: .anything, field: path)
            } else {
                error(.unknownKey, entry.position, path, "is no key of the standard")
            }
        }
        for key in schema.keys where key.presence == .mandatory && node[key.name] == nil {
            error(.missingKey, node.position, Self.path(field, key.name), "must be given")
        }
    }

    private mutating func checkLanguages(_ node: Node, _ schema: Schema, _ field: String) {
        guard let entries = node.entries, !entries.isEmpty else {
            return error(.mapping, node.position, field, "must have at least one language, such as de")
        }
        for entry in entries {
            let path = Self.path(field, entry.key.text)
            if entry.key.isAmbiguous {
                noteAmbiguous(entry.key, entry.position, path)
            } else if let (rule, message) = TextRule.language.objection(to: entry.key) {
                error(rule, entry.position, path, message)
            }
            checkMapping(entry.value, schema, path)
        }
        for key in schema.keys where key.presence == .oneLanguage {
            let without = entries.filter { $0.value.entries != nil && $0.value[key.name] == nil }
            let isNowhere = !entries.contains { $0.value[key.name] != nil }
            for entry in without {
                let path = Self.path(Self.path(field, entry.key.text), key.name)
                if isNowhere {
                    error(.missingKey, entry.value.position, path, "must be given, at least in one language")
                } else {
                    warn(.missingKey, entry.value.position, path, "is given in another language only")
                }
            }
        }
    }

    /// Nothing is known of it but that its words must mean the same to everybody.
    private mutating func checkAnything(_ node: Node, _ field: String) {
        for (index, item) in (node.items ?? []).enumerated() {
            check(item, as: .anything, field: "\(field)[\(index)]")
        }
        for entry in node.entries ?? [] {
            let path = Self.path(field, entry.key.text)
            if entry.key.isAmbiguous { noteAmbiguous(entry.key, entry.position, path) }
            check(entry.value, as: .anything, field: path)
        }
    }

    /// Who maintains the software has to fit to how it is maintained.
    private mutating func checkMaintenance(_ node: Node?) {
        guard let node, let type = node["type"]?.scalar?.text, Vocabulary.maintenanceType.words.contains(type)
        else { return }
        let contractors = node["contractors"]
        if type == "contract", (contractors?.items ?? []).isEmpty {
            error(
                .contractorsMissing, contractors?.position ?? node.position, "maintenance.contractors",
                "must name at least one contractor, since the type is contract")
        }
        if type != "contract", let contractors {
            error(
                .contractorsExcluded, contractors.position, "maintenance.contractors",
                "must not be given, since the type is \(type) and not contract")
        }
        if ["internal", "community"].contains(type), (node["contacts"]?.items ?? []).isEmpty {
            error(
                .contactsMissing, node["contacts"]?.position ?? node.position, "maintenance.contacts",
                "must name at least one contact, since the type is \(type)")
        }
        for (index, contractor) in (contractors?.items ?? []).enumerated() {
            guard let until = contractor["until"], let text = until.scalar?.text,
                let day = try? CivilDate(text, field: ""), day < today
            else { continue }
            warn(
                .contractEnded, until.position, "maintenance.contractors[\(index)].until",
                "is over: the contract ended on \(day)")
        }
    }

    private mutating func remark(on key: Schema.Key, _ entry: Node.Entry, _ path: String) {
        if let replacement = key.replacement {
            let hint = replacement.isEmpty ? "leave it out" : "use \(replacement)"
            warn(.deprecated, entry.position, path, "is given up by the standard; \(hint)")
        }
        if key.since > version {
            warn(
                .laterVersion, entry.position, path, "is a key since version 0.\(key.since), which is later than stated"
            )
        }
    }

    private mutating func noteAmbiguous(_ scalar: Node.Scalar, _ position: Position, _ field: String) {
        error(
            .yaml11Boolean, position, field,
            "must not be \(scalar.text), which is a boolean in YAML 1.1 only; write true or false, or put it in quotes")
    }

    private mutating func error(_ rule: Rule, _ position: Position, _ field: String, _ message: String) {
        findings.note(Finding(.error, rule, position, field, message))
    }

    private mutating func warn(_ rule: Rule, _ position: Position, _ field: String, _ message: String) {
        findings.note(Finding(.warning, rule, position, field, message))
    }

    private static func path(_ field: String, _ key: String) -> String {
        field.isEmpty ? key : "\(field).\(key)"
    }
}
