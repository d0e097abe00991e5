internal import Domain
internal import Yams

/// Reads the text of a document into nodes, within the limits. The only place that knows the YAML library.
struct YAMLReader {
    /// Thrown for a text that cannot be read at all.
    struct Unreadable: Error {
        let finding: Finding
    }

    private let bytes: [UInt8]
    private var nodeCount = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The one value of the text.
    static func read(_ bytes: [UInt8]) throws(Unreadable) -> Node {
        var reader = YAMLReader(bytes)
        return try reader.read()
    }

    private mutating func read() throws(Unreadable) -> Node {
        guard bytes.count <= PubliccodeLimits.bytes else {
            throw refusal(
                .size, .start, "must have at most \(PubliccodeLimits.bytes) bytes, not \(bytes.count)")
        }
        let text = try decoded()
        try requireFewAliases()
        let root: Yams.Node?
        do {
            // Without rules for types: every scalar stays the text it is.
            root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw refusal(error, in: text)
        } catch {
            throw refusal(.syntax, .start, "cannot be read as YAML")
        }
        guard let root else { throw refusal(.mapping, .start, "must be a mapping, not an empty text") }
        return try node(root, field: "", depth: 1)
    }

    // MARK: - Nodes

    private mutating func node(_ node: Yams.Node, field: String, depth: Int) throws(Unreadable) -> Node {
        let position = node.mark.map { Position(line: $0.line, column: $0.column) } ?? .start
        nodeCount += 1
        guard nodeCount <= PubliccodeLimits.nodes else {
            throw refusal(.nodeLimit, position, "must have at most \(PubliccodeLimits.nodes) values")
        }
        guard depth <= PubliccodeLimits.depth else {
            throw refusal(
                .depthLimit, position, "must not nest lists and mappings deeper than \(PubliccodeLimits.depth)")
        }
        switch node {
        case .scalar(let scalar):
            try requireNoTag(scalar.tag, position, field)
            let isPlain = scalar.style == .plain && scalar.tag.rawValue.isEmpty
            return Node(.scalar(.init(text: scalar.string, isPlain: isPlain)), at: position)
        case .sequence(let sequence):
            try requireNoTag(sequence.tag, position, field)
            var items: [Node] = []
            for (index, item) in sequence.enumerated() {
                items.append(try self.node(item, field: "\(field)[\(index)]", depth: depth + 1))
            }
            return Node(.list(items), at: position)
        case .mapping(let mapping):
            try requireNoTag(mapping.tag, position, field)
            return Node(.mapping(try entries(mapping, field: field, depth: depth)), at: position)
        case .alias:
            throw refusal(.aliasLimit, position, "must not refer to itself")
        }
    }

    private mutating func entries(
        _ mapping: Yams.Node.Mapping, field: String, depth: Int
    ) throws(Unreadable) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        for (key, value) in mapping {
            let position = key.mark.map { Position(line: $0.line, column: $0.column) } ?? .start
            guard let scalar = key.scalar, scalar.string.utf8.count <= PubliccodeLimits.keyBytes else {
                throw refusal(
                    .tag, position, "must have texts of at most \(PubliccodeLimits.keyBytes) bytes for keys",
                    field: field)
            }
            let path = field.isEmpty ? scalar.string : "\(field).\(scalar.string)"
            entries.append(
                Node.Entry(
                    key: .init(text: scalar.string, isPlain: scalar.style == .plain), position: position,
                    value: try node(value, field: path, depth: depth + 1)))
        }
        return entries
    }

    private func requireNoTag(_ tag: Tag, _ position: Position, _ field: String) throws(Unreadable) {
        let plain: Set = ["", "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"]
        guard plain.contains(tag.rawValue) else {
            throw refusal(.tag, position, "must not have the tag \(tag.rawValue.excerpt)", field: field)
        }
    }

    // MARK: - Text

    private func decoded() throws(Unreadable) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        // Find the first byte that breaks the rule: the longest prefix that is UTF-8 ends before it.
        var valid = 0
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        scalars: while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): valid += UTF8.width(scalar)
            case .emptyInput, .error: break scalars
            }
        }
        throw refusal(.encoding, Position(ofByte: valid, in: bytes), "must be UTF-8")
    }

    /// The library follows aliases while it reads, so what could multiply is counted before: everything that looks like
    /// an anchor or an alias, though it may stand in a text. Texts without anchors may hold as many stars as they like.
    private func requireFewAliases() throws(Unreadable) {
        var hasAnchor = false
        var aliases: [Int] = []
        var previous = UInt8(ascii: "\n")
        for (index, byte) in bytes.enumerated() {
            defer { previous = byte }
            guard byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") else { continue }
            // Line breaks beyond ASCII count as well.
            let begins = previous >= 0x80 || "\n\r\t [{,:-?".utf8.contains(previous)
            let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: " ")
            guard begins, !"\n\r\t []{},*".utf8.contains(next) else { continue }
            if byte == UInt8(ascii: "&") { hasAnchor = true } else { aliases.append(index) }
        }
        guard hasAnchor, aliases.count > PubliccodeLimits.aliases else { return }
        let first = Position(ofByte: aliases[PubliccodeLimits.aliases], in: bytes)
        throw refusal(
            .aliasLimit, first, "must have at most \(PubliccodeLimits.aliases) aliases where it has anchors")
    }

    // MARK: - Refusals

    private func refusal(_ rule: Rule, _ position: Position, _ message: String, field: String = "") -> Unreadable {
        Unreadable(finding: Finding(.error, rule, position, field, message))
    }

    private func refusal(_ error: YamlError, in text: String) -> Unreadable {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let around = context.map { " \($0.text) that begins in line \($0.mark.line)" } ?? ""
            return refusal(
                .syntax, Position(line: mark.line, column: mark.column), "cannot be read as YAML: \(problem)\(around)")
        case .reader(let problem, let offset, _, _):
            let index = text.index(text.startIndex, offsetBy: offset ?? 0, limitedBy: text.endIndex)
            let byte = index.map { text.utf8.distance(from: text.startIndex, to: $0) } ?? 0
            return refusal(.syntax, Position(ofByte: byte, in: bytes), "cannot be read as YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let key = keys.first ?? ""
            let position = Position(line: context.mark.line, column: context.mark.column)
            return refusal(
                .duplicateKey, position, "stands twice in one mapping",
                field: DuplicateKey.path(of: key, at: position, in: text))
        default:
            return refusal(.depthLimit, .start, "is nested too deeply to be read")
        }
    }
}

/// Where a key that stands twice belongs: the library says what it is called and where it stands.
private enum DuplicateKey {
    /// Reads the text before the key and goes down its last branch as far as the key is indented. Where that cannot be
    /// read, as within braces, the key alone has to do.
    static func path(of key: String, at position: Position, in text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var before = lines.prefix(position.line - 1).map(String.init)
        if position.line <= lines.count {
            before.append(String(lines[position.line - 1].unicodeScalars.prefix(position.column - 1)))
        }
        let prefix = before.joined(separator: "\n")
        var node = try? Parser(yaml: prefix, resolver: .basic, encoding: .utf8).singleRoot()
        var path = ""
        while let current = node {
            switch current {
            case .mapping(let mapping):
                guard let last = Array(mapping).last, let column = last.key.mark?.column, column < position.column
                else {
                    return path + key
                }
                path += (last.key.string ?? "") + "."
                node = last.value
            case .sequence(let sequence):
                guard let last = sequence.last else { return path + key }
                if path.hasSuffix(".") { path.removeLast() }
                path += "[\(sequence.count - 1)]."
                node = last
            default: return path + key
            }
        }
        return path + key
    }
}
