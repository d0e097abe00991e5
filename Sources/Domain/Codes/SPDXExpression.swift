/// A licence as an SPDX expression (SPDX 2.3, annex D), checked in its form: identifiers with WITH, AND, OR and
/// parentheses. Whether an identifier is on the list of licences is not checked, since the list grows.
public struct SPDXExpression: TextValue {
    public let text: String
    /// The licences it names, in order, without exceptions: `EUPL-1.2` and `LicenseRef-house`.
    public let licenses: [String]

    /// Longest expression in characters.
    public static let maximumLength = 200

    public init(_ text: String, field: String) throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        var parser = Parser(text)
        guard text.utf8.count <= Self.maximumLength, parser.readsAll() else {
            throw .invalid(
                field, "must be an SPDX expression such as EUPL-1.2 or \"MIT OR Apache-2.0\", not \"\(text.excerpt)\"")
        }
        self.text = text
        licenses = parser.licenses
    }

    public var description: String { text }

    /// Reads terms joined by AND or OR. The nesting is bounded by the length of the text.
    private struct Parser {
        private let tokens: [Substring]
        private var index = 0
        private(set) var licenses: [String] = []

        init(_ text: String) {
            var tokens: [Substring] = []
            for word in text.split(separator: " ") {
                var word = word
                while word.first == "(" { tokens.append(word.removeFirstCharacter()) }
                var closing: [Substring] = []
                while word.last == ")" { closing.append(word.removeLastCharacter()) }
                if !word.isEmpty { tokens.append(word) }
                tokens += closing
            }
            self.tokens = tokens
        }

        mutating func readsAll() -> Bool { expression() && index == tokens.count }

        private mutating func expression() -> Bool {
            guard term() else { return false }
            while take("AND") || take("OR") {
                guard term() else { return false }
            }
            return true
        }

        private mutating func term() -> Bool {
            if take("(") { return expression() && take(")") }
            guard index < tokens.count, Self.isLicense(tokens[index]) else { return false }
            licenses.append(String(tokens[index]))
            index += 1
            guard take("WITH") else { return true }
            guard index < tokens.count, Self.isIdentifier(tokens[index]) else { return false }
            index += 1
            return true
        }

        private mutating func take(_ token: String) -> Bool {
            guard index < tokens.count, tokens[index] == token else { return false }
            index += 1
            return true
        }

        /// An identifier, perhaps with `+` for later versions, or `DocumentRef-…:LicenseRef-…`.
        private static func isLicense(_ token: Substring) -> Bool {
            let parts = token.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count == 2 {
                return parts[0].hasPrefix("DocumentRef-") && isIdentifier(parts[0])
                    && parts[1].hasPrefix("LicenseRef-") && isIdentifier(parts[1])
            }
            return isIdentifier(token.last == "+" ? token.dropLast() : token)
        }

        private static func isIdentifier(_ token: Substring) -> Bool {
            !token.isEmpty && !["AND", "OR", "WITH"].contains(token)
                && token.utf8.allSatisfy {
                    Letters.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
                }
        }
    }
}

extension Substring {
    fileprivate mutating func removeFirstCharacter() -> Substring {
        defer { self = dropFirst() }
        return prefix(1)
    }

    fileprivate mutating func removeLastCharacter() -> Substring {
        defer { self = dropLast() }
        return suffix(1)
    }
}
