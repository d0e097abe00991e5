/// Swift source with its comments and string contents told apart from its code, so that a rule about code does not
/// trip over words in a comment, nor a brace in a string over the end of a function.
struct SourceText {
    /// The code, line by line; comments and string contents are blanks, columns stay where they were.
    let code: [String]
    /// The comments, line by line, without what stands around them.
    let comments: [String]

    init(_ text: String) {
        var scanner = SourceScanner(Array(text.utf8))
        scanner.scan()
        code = SourceText.lines(scanner.code)
        comments = SourceText.lines(scanner.comments).map { $0.trimmed }
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}

extension String {
    /// Without blanks at either end.
    var trimmed: String {
        let from = drop(while: \.isWhitespace)
        guard let last = from.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(from[...last])
    }
}

/// Walks over Swift source once and sorts each byte into code, comment or string.
private struct SourceScanner {
    private let bytes: [UInt8]
    private var at = 0
    private(set) var code: [UInt8]
    private(set) var comments: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let blank = bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
        code = blank
        comments = blank
    }

    mutating func scan() {
        scanCode(untilParenthesis: false)
    }

    /// Scans code up to the end, or up to the parenthesis that closes an interpolation.
    private mutating func scanCode(untilParenthesis: Bool) {
        var depth = 0
        while at < bytes.count {
            // Nearly every byte is plain code; only these three begin something else.
            let isPlain =
                bytes[at] != UInt8(ascii: "/") && bytes[at] != UInt8(ascii: "\"") && bytes[at] != UInt8(ascii: "#")
            if !isPlain, starts("//") {
                takeLineComment()
            } else if !isPlain, starts("/*") {
                takeBlockComment()
            } else if !isPlain, let hashes = hashesBeforeQuote() {
                takeString(hashes: hashes)
            } else {
                if bytes[at] == UInt8(ascii: "(") { depth += 1 }
                if bytes[at] == UInt8(ascii: ")") {
                    if untilParenthesis && depth == 0 { return }
                    depth -= 1
                }
                code[at] = bytes[at]
                at += 1
            }
        }
    }

    private mutating func takeLineComment() {
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { takeCommentByte() }
    }

    private mutating func takeBlockComment() {
        var depth = 0
        repeat {
            if starts("/*") { depth += 1 }
            if starts("*/") { depth -= 1 }
            if starts("/*") || starts("*/") { takeCommentByte() }
            if at < bytes.count { takeCommentByte() }
        } while depth > 0 && at < bytes.count
    }

    private mutating func takeCommentByte() {
        comments[at] = bytes[at]
        at += 1
    }

    /// The number of `#` before a string literal that begins here, nil where none begins.
    private func hashesBeforeQuote() -> Int? {
        var index = at
        while index < bytes.count, bytes[index] == UInt8(ascii: "#") { index += 1 }
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
        return index - at
    }

    private mutating func takeString(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        at += hashes
        let quote = starts("\"\"\"") ? "\"\"\"" : "\""
        let end = quote + marks
        let escape = "\\" + marks
        code[at] = UInt8(ascii: "\"")
        at += quote.utf8.count
        while at < bytes.count, !starts(end) {
            if starts(escape + "(") {
                at += escape.utf8.count + 1
                scanCode(untilParenthesis: true)
                at += 1
            } else if starts(escape) {
                at += escape.utf8.count + 1
            } else {
                at += 1
            }
        }
        if at < bytes.count { code[at] = UInt8(ascii: "\"") }
        at = min(at + end.utf8.count, bytes.count)
    }

    private func starts(_ word: String) -> Bool {
        let word = word.utf8
        return at + word.count <= bytes.count && bytes[at..<at + word.count].elementsEqual(word)
    }
}
