/// Who may import whom: the one table of floors. A module imports what stands in its row and nothing else, though the
/// compiler would let transitive imports through.
enum ImportLaw {
    /// Modules of the toolchain, open to every floor but `Domain`, which is pure.
    static let toolchain: Set<String> = ["Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization"]

    /// Each system library belongs to exactly one Swift module.
    static let libraries: [String: String] = [
        "CLibUV": "EventLoop", "COpenSSL": "TLS", "CNGHTTP2": "GRPC", "CZlib": "GRPC", "CLibPQ": "Postgres",
        "CProtobufC": "UsageWire", "CUsageWire": "UsageWire",
    ]

    /// Floors, lowest first. The executables at the end compose: they may use all modules, but no C library.
    static let table: [String: Set<String>] = [
        "Domain": [],
        "Publiccode": ["Domain", "Yams"],
        "EventLoop": ["CLibUV"],
        "TLS": ["COpenSSL"],
        "GRPC": ["EventLoop", "TLS", "CNGHTTP2", "CZlib", "Logging"],
        "Postgres": ["EventLoop", "CLibPQ", "Logging"],
        "Register": ["Domain", "TLS"],
        "API": ["GRPC", "SwiftProtobuf"],
        "UsageWire": ["GRPC", "CProtobufC", "CUsageWire", "Domain"],
        "GRPCServices": ["API", "GRPC", "SwiftProtobuf"],
        "Store": ["Domain", "Register", "Postgres", "EventLoop", "Logging"],
        "Services": [
            "API", "Audit", "UsageWire", "Domain", "Publiccode", "Store", "Register", "GRPC", "GRPCServices", "TLS",
            "SwiftProtobuf", "Logging",
        ],
        "Audit": ["API", "Domain", "Register", "TLS", "SwiftProtobuf"],
        "Terminal": [],
        "allmended": [
            "Services", "GRPCServices", "API", "UsageWire", "Store", "Register", "Postgres", "GRPC", "TLS", "EventLoop",
            "Domain", "ArgumentParser", "Logging",
        ],
        "allmende": [
            "Audit", "API", "UsageWire", "Services", "Store", "Register", "Postgres", "GRPC", "GRPCServices", "TLS",
            "EventLoop", "Domain", "Publiccode", "Terminal", "ArgumentParser", "SwiftProtobuf", "Logging",
        ],
        "protoc-gen-allmende": ["SwiftProtobuf", "SwiftProtobufPluginLibrary"],
    ]

    /// Every import of the file that the table does not allow, or that does not say who sees it.
    static func violations(in file: SwiftFile) -> [Violation] {
        guard let module = file.module, file.isInSources else { return [] }
        return imports(in: file).flatMap { found -> [Violation] in
            var rules: [String] = []
            if !isAllowed(found.module, in: module) { rules.append("\(module) may not import \(found.module)") }
            if !found.hasAccessLevel { rules.append("an import says `internal` or `public`") }
            return rules.map { Violation(path: file.path, line: found.line, rule: $0) }
        }
    }

    struct Import: Equatable {
        let module: String
        let line: Int
        let hasAccessLevel: Bool
    }

    /// The import lines of a file.
    static func imports(in file: SwiftFile) -> [Import] {
        file.source.code.enumerated().flatMap { index, line in
            line.split(separator: ";").compactMap { statement in parse(statement, line: index + 1) }
        }
    }

    private static func parse(_ statement: Substring, line: Int) -> Import? {
        var words = statement.split(whereSeparator: \.isWhitespace)[...]
        let levels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor"]
        var hasAccessLevel = false
        while let word = words.first, word.hasPrefix("@") || levels.contains(word) {
            hasAccessLevel = hasAccessLevel || levels.contains(word)
            words.removeFirst()
        }
        guard words.popFirst() == "import" else { return nil }
        if let word = words.first, kinds.contains(word) { words.removeFirst() }
        // `import struct Glibc.stat` and `import A.B` both count as an import of the module before the dot.
        guard let name = words.first?.split(separator: ".").first else { return nil }
        return Import(module: String(name), line: line, hasAccessLevel: hasAccessLevel)
    }

    private static func isAllowed(_ imported: String, in module: String) -> Bool {
        if module != "Domain" && toolchain.contains(imported) { return true }
        return table[module, default: []].contains(imported)
    }
}
