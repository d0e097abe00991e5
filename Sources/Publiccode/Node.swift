/// A value of a document and where it stands.
struct Node: Sendable {
    /// A word, number or text, undecided what of these.
    struct Scalar: Sendable, Hashable {
        let text: String
        /// Whether it stands without quotes, so that it may be something else than a text.
        let isPlain: Bool

        var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }

        /// A boolean of YAML 1.2.
        var boolean: Bool? {
            guard isPlain else { return nil }
            return switch text {
            case "true", "True", "TRUE": true
            case "false", "False", "FALSE": false
            default: nil
            }
        }

        /// A word that YAML 1.1 takes for a boolean and YAML 1.2 for a text: readers differ.
        var isAmbiguous: Bool {
            isPlain
                && ["yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF"].contains(text)
        }
    }

    struct Entry: Sendable {
        let key: Scalar
        let position: Position
        var value: Node
    }

    enum Content: Sendable {
        case scalar(Scalar)
        case list([Node])
        case mapping([Entry])
    }

    let position: Position
    var content: Content

    init(_ content: Content, at position: Position = .start) {
        self.content = content
        self.position = position
    }

    /// A text that is one whatever it looks like.
    static func text(_ text: String) -> Node { Node(.scalar(Scalar(text: text, isPlain: false))) }

    static func mapping(_ values: KeyValuePairs<String, Node>) -> Node {
        Node(
            .mapping(
                values.map { Entry(key: Scalar(text: $0.key, isPlain: false), position: .start, value: $0.value) }))
    }

    var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
    var items: [Node]? { if case .list(let items) = content { items } else { nil } }
    var entries: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }
    var isNull: Bool { scalar?.isNull ?? false }

    /// The value under a key of a mapping.
    subscript(_ key: String) -> Node? {
        entries?.first { $0.key.text == key }?.value
    }

    /// The value at the end of a path of keys.
    subscript(path keys: String...) -> Node? {
        keys.reduce(Optional(self)) { node, key in node?[key] }
    }

    /// Sets the value under a key of a mapping, or takes the key away.
    mutating func set(_ key: String, to value: Node?) {
        guard var entries else { return }
        let index = entries.firstIndex { $0.key.text == key }
        switch (index, value) {
        case (let index?, let value?): entries[index].value = value
        case (let index?, nil): entries.remove(at: index)
        case (nil, let value?):
            entries.append(Entry(key: Scalar(text: key, isPlain: false), position: position, value: value))
        case (nil, nil): break
        }
        content = .mapping(entries)
    }
}

extension Node: Equatable {
    /// Whether they say the same, wherever it stands and however it is written.
    static func == (left: Node, right: Node) -> Bool {
        switch (left.content, right.content) {
        case (.scalar(let left), .scalar(let right)):
            left.isNull && right.isNull
                || left.text == right.text && left.isNull == right.isNull && left.boolean == right.boolean
        case (.list(let left), .list(let right)): left == right
        case (.mapping(let left), .mapping(let right)):
            left.count == right.count
                && left.allSatisfy { entry in
                    right.contains { $0.key.text == entry.key.text && $0.value == entry.value }
                }
        default: false
        }
    }
}
