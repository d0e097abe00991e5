/// Words and calls that this code does without, each with the places where the rule holds and what to do instead.
struct BannedCode {
    /// Words without one of which the pattern cannot match: most files have none and are done with.
    let words: [String]
    let pattern: Regex<Substring>
    let reason: String
    /// Whether the rule holds in this file.
    let holds: (SwiftFile) -> Bool

    init(_ words: String..., pattern: Regex<Substring>, reason: String, holds: @escaping (SwiftFile) -> Bool) {
        self.words = words
        // Unicode's own word boundaries see none in `a.b`.
        self.pattern = pattern.wordBoundaryKind(.simple)
        self.reason = reason
        self.holds = holds
    }

    static let programs: Set<String> = ["allmended", "allmende", "protoc-gen-allmende"]
    /// The floors that may vouch for thread safety themselves.
    static let vouching: Set<String> = ["EventLoop", "TLS", "GRPC", "Postgres"]
    /// The library that prints for the programs.
    static let printing: Set<String> = ["Terminal"]
    static let exact: Set<String> = ["Domain", "Services", "Store"]

    static func isLibrary(_ file: SwiftFile) -> Bool {
        file.isInSources && !programs.union(printing).contains(file.module ?? "")
    }

    nonisolated(unsafe) static let rules: [BannedCode] = [  // a Regex is a value, but not declared Sendable
        .init(
            "print", "debugPrint", "dump", pattern: /(?:^|[^.\w])(?:print|debugPrint|dump)\(/,
            reason: "a library does not print", holds: isLibrary),
        .init("try!", pattern: /\btry!/, reason: "`try!` ends the process on input", holds: { _ in true }),
        .init(
            "fatalError", "preconditionFailure", "assertionFailure",
            pattern: /\b(?:fatalError|preconditionFailure|assertionFailure)\(\s*\)/,
            reason: "a trap says why it is one", holds: isLibrary),
        .init(
            "sleep", pattern: /(?:^|[^.\w])(?:u|nano)?sleep\(|\b(?:Task(?:<[^>]*>)?|Thread)\s*\.\s*sleep\b/,
            reason: "nothing sleeps to wait: use a timer of the loop, or the event itself", holds: { _ in true }),
        .init(
            "Float", "Double", "CGFloat", pattern: /\b(?:Float(?:16|32|64|80)?|Double|CGFloat)\b/,
            reason: "no float near money, shares or usage",
            holds: { $0.isInSources && exact.contains($0.module ?? "") }),
        .init(
            "DispatchQueue", pattern: /\bDispatchQueue\s*\.\s*main\b/, reason: "there is no main queue",
            holds: { _ in true }),
        .init(
            "NIO", pattern: /\bimport\s+_?NIO/, reason: "one event loop, one TLS library: no SwiftNIO",
            holds: { _ in true }),
    ]

    static func violations(in file: SwiftFile) -> [Violation] {
        let banned = rules.filter { rule in
            rule.holds(file) && rule.words.contains { file.text.contains($0) }
        }
        guard !banned.isEmpty else { return unchecked(in: file) }
        return file.source.code.enumerated().flatMap { index, line in
            banned.filter { line.contains($0.pattern) }
                .map { Violation(path: file.path, line: index + 1, rule: $0.reason) }
        } + unchecked(in: file)
    }

    /// What vouches for thread safety by hand stands in the lowest floors only, with its reason on the same line.
    private static func unchecked(in file: SwiftFile) -> [Violation] {
        guard ["@unchecked", "nonisolated(unsafe)"].contains(where: { file.text.contains($0) }) else { return [] }
        return file.source.code.enumerated().compactMap { index, line in
            guard line.contains(/@unchecked\s+Sendable|nonisolated\(unsafe\)/) else { return nil }
            if file.isInSources && !vouching.contains(file.module ?? "") {
                return Violation(
                    path: file.path, line: index + 1,
                    rule: "only \(vouching.sorted().joined(separator: ", ")) vouch for thread safety")
            }
            guard file.source.comments[index].isEmpty else { return nil }
            return Violation(path: file.path, line: index + 1, rule: "say on this line why it is safe")
        }
    }
}
