/// The blocks of code in a Markdown text.
enum DocumentCode {
    struct Block: Equatable {
        /// What stands behind the opening fence: `sh`, `go`, …; empty without.
        let language: String
        /// Without the indentation that all of them share.
        let lines: [String]
    }

    static func blocks(in text: String) -> [Block] {
        var found: [Block] = []
        var language: String?
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let open = language {
                if line.hasPrefix("```") {
                    found.append(Block(language: open, lines: outdented(lines)))
                    language = nil
                } else {
                    lines.append(String(line))
                }
            } else if line.hasPrefix("```") {
                language = String(line.dropFirst(3))
                lines = []
            }
        }
        return found
    }

    /// Whether the lines stand in the text one after the other, however far the text indents them all.
    static func contains(_ lines: [String], in text: String) -> Bool {
        let all = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard !lines.isEmpty, all.count >= lines.count else { return false }
        return (0...(all.count - lines.count)).contains { outdented(Array(all[$0..<($0 + lines.count)])) == lines }
    }

    private static func outdented(_ lines: [String]) -> [String] {
        let indents = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " || $0 == "\t" }.count }
        let shared = indents.min() ?? 0
        return lines.map { String($0.dropFirst(min(shared, $0.count))) }
    }
}
