/// Something about a document that its author should know.
public struct Finding: Sendable, Hashable {
    public enum Severity: Sendable {
        /// The document is refused.
        case error
        /// It is taken, but should be mended.
        case warning
    }

    public let severity: Severity
    public let rule: Rule
    public let position: Position
    /// Path of the value, such as `description.de.features[2]`; empty for the document as a whole.
    public let field: String
    /// What is wrong and what would be right, as the rest of a sentence that begins with the field.
    public let message: String

    init(_ severity: Severity, _ rule: Rule, _ position: Position, _ field: String, _ message: String) {
        self.severity = severity
        self.rule = rule
        self.position = position
        self.field = field
        self.message = message
    }

    /// The finding as compilers write theirs: `publiccode.yml:12:3: legal.license: must be …`.
    public func text(file: String) -> String {
        let mark = severity == .warning ? "warning: " : ""
        return "\(file):\(position): \(mark)\(field.isEmpty ? "" : field + ": ")\(message)"
    }
}

/// Collects findings up to a limit, so that a document that is wrong throughout has an answer of a bounded size.
struct FindingList {
    private(set) var all: [Finding] = []

    mutating func note(_ finding: Finding) {
        guard all.count < PubliccodeLimits.findings else { return }
        all.append(finding)
        if all.count == PubliccodeLimits.findings {
            all.append(
                Finding(.error, .findingLimit, finding.position, "", "has more that is wrong; mend this first"))
        }
    }

    /// In the order of the text.
    var inOrder: [Finding] {
        all.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map(\.element)
    }
}
