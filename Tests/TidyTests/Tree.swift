import Foundation

/// The checkout that these tests belong to.
enum Tree {
    /// Symbolic links resolved, so that the rules also run where a package borrows this folder.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What no hand writes: the rules on code do not hold there.
    static let generated = [
        "Sources/API/Generated/", "Sources/CUsageWire/", "Tests/APITests/Generated/", "Tests/grpc-interop/Generated/",
        "docs/schema.sql",
    ]

    /// Paths, from the root and sorted, of all files of this project: what is hidden or built is left out.
    static let paths: [String] = {
        let keys: [URLResourceKey] = [.isRegularFileKey]
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: keys)
        let prefix = root.path + "/"
        var found: [String] = []
        while let file = files?.nextObject() as? URL {
            let path = String(file.path.dropFirst(prefix.count))
            if path.hasPrefix(".") && !path.hasPrefix(".ci") {
                files?.skipDescendants()
            } else if (try? file.resourceValues(forKeys: Set(keys)).isRegularFile) == true {
                found.append(path)
            }
        }
        return found.sorted()
    }()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func lines(_ path: String) throws -> [Substring] {
        try text(path).split(separator: "\n", omittingEmptySubsequences: false)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// The names of the folders directly in `path`, sorted.
    static func folders(in path: String) -> [String] {
        Set(
            paths.filter { $0.hasPrefix(path + "/") }.compactMap { file -> String? in
                let parts = file.dropFirst(path.count + 1).split(separator: "/")
                return parts.count > 1 ? String(parts[0]) : nil
            }
        ).sorted()
    }

    /// Every Swift file that a hand wrote, read once for all rules.
    private static let handwritten = Result {
        try paths
            .filter { path in path.hasSuffix(".swift") && !generated.contains { path.hasPrefix($0) } }
            .map { SwiftFile(path: $0, text: try text($0)) }
    }

    /// Every Swift file that a hand wrote, below one of the folders.
    static func swiftFiles(below folders: String...) throws -> [SwiftFile] {
        try handwritten.get().filter { file in folders.contains { file.path.hasPrefix($0 + "/") } }
    }
}

/// One Swift file of the tree.
struct SwiftFile {
    let path: String
    let text: String
    let source: SourceText

    init(path: String, text: String) {
        self.path = path
        self.text = text
        source = SourceText(text)
    }

    /// The folder below Sources or Tests, which is the module's name; nil elsewhere.
    var module: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && ["Sources", "Tests"].contains(parts[0]) ? String(parts[1]) : nil
    }

    var isInSources: Bool { path.hasPrefix("Sources/") }
}

/// Something that breaks a rule, where it stands and what the rule is.
struct Violation: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let rule: String

    var description: String { "\(path):\(line): \(rule)" }
}

extension [Violation] {
    /// What a failing test prints: one violation a line.
    var report: String { map(\.description).joined(separator: "\n") }
}
