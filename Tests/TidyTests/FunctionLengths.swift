/// Finds functions, initialisers and computed properties that are too long to be read at once.
enum FunctionLengths {
    static let limit = 70

    static func violations(in file: SwiftFile) -> [Violation] {
        bodies(in: file.source.code).filter { $0.lines > limit }.map { body in
            Violation(path: file.path, line: body.line, rule: "\(body.lines) lines, a function has at most \(limit)")
        }
    }

    struct Body: Equatable {
        /// Where the declaration begins, from 1.
        let line: Int
        /// From the declaration to the closing brace.
        let lines: Int
    }

    /// The bodies of all functions, in the order in which they end.
    static func bodies(in code: [String]) -> [Body] {
        var finder = BodyFinder()
        for (index, line) in code.enumerated() { finder.take(line, number: index + 1) }
        return finder.bodies
    }
}

/// Follows braces and parentheses through code and remembers which brace opened a function.
private struct BodyFinder {
    private(set) var bodies: [FunctionLengths.Body] = []
    /// Lines of the declarations whose braces are open; nil for every other brace.
    private var open: [Int?] = []
    /// The line of a declaration whose body has not begun yet.
    private var declared: Int?
    /// A stored property has no body: only a brace on its own line, with no `=` before it, makes it a computed one.
    private var isProperty = false
    private var parentheses = 0
    /// Parentheses open at the declaration: its body begins only when all of its own are closed.
    private var parenthesesAtDeclaration = 0

    private static let declarations: Set<String> = ["func", "init", "deinit", "subscript", "var"]

    mutating func take(_ line: String, number: Int) {
        var word = ""
        var before: Character = " "
        for character in line + " " {
            if character.isLetter || character.isNumber || character == "_" {
                word.append(character)
                continue
            }
            // `.init(…)` is a call; only a word that stands alone declares.
            if before != ".", before != "`", Self.declarations.contains(word) {
                declared = number
                isProperty = word == "var"
                parenthesesAtDeclaration = parentheses
            }
            word = ""
            take(character, number: number)
            before = character
        }
        if isProperty { declared = nil }
    }

    private mutating func take(_ character: Character, number: Int) {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "=": if isProperty { declared = nil }
        case "{":
            let isBody = declared != nil && parentheses == parenthesesAtDeclaration
            open.append(isBody ? declared : nil)
            if isBody { declared = nil }
        case "}":
            if let line = open.popLast(), let line {
                bodies.append(.init(line: line, lines: number - line + 1))
            }
            // A requirement in a protocol has no body. A brace among the parameters is a default value's.
            if parentheses == parenthesesAtDeclaration { declared = nil }
        default: break
        }
    }
}
