/// Writes nodes as YAML that every reader takes for the same, in one way only.
struct Writer {
    /// How a mapping is laid out.
    fileprivate enum Layout {
        /// The keys of a schema.
        case keys(Schema)
        /// Values that are all of one form.
        case each(Schema.Shape)

        func shape(of entry: Node.Entry) -> Schema.Shape {
            switch self {
            case .keys(let schema): schema.key(entry.key.text)?.shape ?? .anything
            case .each(let shape): shape
            }
        }

        /// In the order of the standard; what it does not order, as the document has it, at the end. Keys of the
        /// standard without a value say nothing and are left out.
        func entries(_ all: [Node.Entry]) -> [Node.Entry] {
            guard case .keys(let schema) = self else { return all }
            let known = schema.keys.compactMap { key in all.first { $0.key.text == key.name && !$0.value.isNull } }
            return known + all.filter { schema.key($0.key.text) == nil }
        }
    }

    private static let width = 100
    private var text = ""

    private init() {}

    static func text(of root: Node) -> String {
        var writer = Writer()
        let layout = Layout.keys(.document)
        writer.write(layout.entries(root.entries ?? []), as: layout, indent: 0)
        return writer.text
    }

    // MARK: - Structure

    private mutating func write(_ entries: [Node.Entry], as layout: Layout, indent: Int) {
        for (index, entry) in entries.enumerated() {
            // The first entry of an item stands behind its dash.
            if index > 0 || !text.hasSuffix("- ") { text += String(repeating: " ", count: indent) }
            text += Self.inline(entry.key.text) + ":"
            write(entry.value, as: layout.shape(of: entry), indent: indent)
        }
    }

    /// What follows a key and its colon.
    private mutating func write(_ node: Node, as shape: Schema.Shape, indent: Int) {
        switch node.content {
        case .scalar(let scalar):
            text += " "
            write(scalar, as: shape, indent: indent + 2)
        case .list(let items):
            if items.isEmpty { return text += " []\n" }
            text += "\n"
            for item in items {
                text += String(repeating: " ", count: indent + 2) + "- "
                write(item: item, as: shape.item, indent: indent + 4)
            }
        case .mapping(let all):
            let entries = shape.layout.entries(all)
            if entries.isEmpty { return text += " {}\n" }
            text += "\n"
            write(entries, as: shape.layout, indent: indent + 2)
        }
    }

    /// What follows a dash and a space.
    private mutating func write(item: Node, as shape: Schema.Shape, indent: Int) {
        switch item.content {
        case .scalar(let scalar): write(scalar, as: shape, indent: indent)
        case .list(let items):
            if items.isEmpty { return text += "[]\n" }
            for (index, item) in items.enumerated() {
                if index > 0 { text += String(repeating: " ", count: indent) }
                text += "- "
                write(item: item, as: shape.item, indent: indent + 2)
            }
        case .mapping(let all):
            let entries = shape.layout.entries(all)
            if entries.isEmpty { return text += "{}\n" }
            write(entries, as: shape.layout, indent: indent)
        }
    }

    // MARK: - Scalars

    private mutating func write(_ scalar: Node.Scalar, as shape: Schema.Shape, indent: Int) {
        if case .text = shape { return write(text: scalar.text, indent: indent) }
        if case .oneOrMany = shape { return write(text: scalar.text, indent: indent) }
        if let boolean = scalar.boolean { return text += "\(boolean)\n" }
        if scalar.isNull { return text += "null\n" }
        // A number of a section that nothing is known of stays one.
        let isBare = scalar.isPlain && scalar.text.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) }
        if isBare { return text += scalar.text + "\n" }
        write(text: scalar.text, indent: indent)
    }

    private mutating func write(text value: String, indent: Int) {
        if let block = Self.block(value, indent: indent) { return text += block }
        text += Self.inline(value) + "\n"
    }

    /// A literal or folded block, for texts of several lines or long ones; nil where it would not keep every character.
    private static func block(_ value: String, indent: Int) -> String? {
        var body = value.unicodeScalars[...]
        let breaks = body.last == "\n" ? 1 : 0
        body.removeLast(breaks)
        guard value.utf8.count > width || body.contains("\n") || breaks > 0, let first = body.first,
            let last = body.last, !first.properties.isWhitespace, !last.properties.isWhitespace,
            body.allSatisfy({ isPrintable($0) || $0 == "\n" })
        else { return nil }
        let chomping = breaks == 0 ? "-" : ""
        let margin = String(repeating: " ", count: indent)
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 1 else {
            guard lines.allSatisfy({ $0.last?.properties.isWhitespace != true }) else { return nil }
            return "|\(chomping)\n" + lines.map { $0.isEmpty ? "\n" : "\(margin)\(String($0))\n" }.joined()
        }
        return folded(body, margin).map { ">\(chomping)\n\($0)\n" }
    }

    /// A single line, broken between words; nil where a break would change it.
    private static func folded(_ line: Substring.UnicodeScalarView, _ margin: String) -> String? {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.allSatisfy({ $0.first.map { !$0.properties.isWhitespace } ?? false }) else { return nil }
        var folded = margin
        var column = margin.count
        for (index, word) in words.enumerated() {
            if index > 0, column + word.count >= width {
                folded += "\n" + margin
                column = margin.count
            } else if index > 0 {
                folded += " "
            }
            folded += String(word)
            column += word.count + 1
        }
        return folded
    }

    /// Plain where nobody can take it for anything but this text, else in quotes.
    private static func inline(_ value: String) -> String {
        isSafe(value) ? value : quoted(value)
    }

    private static func isSafe(_ value: String) -> Bool {
        let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        guard let first = value.unicodeScalars.first, first.properties.isAlphabetic, value.last != " ",
            !words.contains(value.lowercased())
        else { return false }
        return value.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic && isPrintable($0) || " -_./+()0123456789".unicodeScalars.contains($0)
        }
    }

    private static func quoted(_ value: String) -> String {
        var quoted = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default: quoted += isPrintable(scalar) ? String(Character(scalar)) : escape(scalar)
            }
        }
        return quoted + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let (letter, count) = scalar.value > 0xFFFF ? ("U", 8) : ("u", 4)
        return "\\\(letter)" + String(repeating: "0", count: count - digits.count) + digits
    }

    /// Whether a character can stand in a text as it is; line breaks beyond LF and marks of byte order cannot.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
        case 0x10000...0x10FFFF: true
        default: false
        }
    }
}

extension Schema.Shape {
    /// The form of a list's items.
    fileprivate var item: Schema.Shape {
        switch self {
        case .list(let item, _): item
        case .oneOrMany(let rule): .text(rule)
        default: .anything
        }
    }

    fileprivate var layout: Writer.Layout {
        switch self {
        case .mapping(let schema): .keys(schema)
        case .languages(let schema): .each(.mapping(schema))
        default: .each(.anything)
        }
    }
}
