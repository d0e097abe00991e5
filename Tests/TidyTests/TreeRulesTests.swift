import Foundation
import Testing

/// The rules on the tree as a whole: texts of every kind, folders, migrations, links.
@Suite(.timeLimit(.minutes(5)))
struct TreeRulesTests {
    static let columns = 120

    /// Files that a hand writes line by line. Markdown is left out: a table's row is one line.
    static func isCode(_ path: String) -> Bool {
        guard !Tree.generated.contains(where: { path.hasPrefix($0) }) else { return false }
        let endings = [".swift", ".proto", ".sql", ".sh", ".py", ".h", ".c", ".modulemap", ".service", "file"]
        return endings.contains { path.hasSuffix($0) } || path.hasPrefix("deploy/") || path.hasPrefix(".ci/")
    }

    /// Copied with their own wording, so that a stock client finds what it expects.
    static func isForeign(_ path: String) -> Bool {
        path.hasPrefix("Protos/google/") || path.hasPrefix("Protos/grpc/")
    }

    @Test func noLineIsWiderThanAPage() throws {
        var violations: [Violation] = []
        for path in Tree.paths where Self.isCode(path) && !Self.isForeign(path) {
            for (index, line) in try Tree.lines(path).enumerated() where line.count > Self.columns {
                violations.append(.init(path: path, line: index + 1, rule: "\(line.count) columns of \(Self.columns)"))
            }
        }
        #expect(violations.isEmpty, "\n\(violations.report)")
    }

    @Test func nothingIsPutOffByAComment() throws {
        // Spelled in two halves, so that this file obeys its own rule.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK:"]
        var violations: [Violation] = []
        for path in Tree.paths where (Self.isCode(path) || path.hasSuffix(".md")) && !Self.isForeign(path) {
            for (index, line) in try Tree.lines(path).enumerated() {
                for word in words where line.contains(word) {
                    violations.append(.init(path: path, line: index + 1, rule: "\(word): do it, or leave it out"))
                }
            }
        }
        #expect(violations.isEmpty, "\n\(violations.report)")
    }

    /// Modules without a test folder of their own, and why.
    static let testedElsewhere: [String: String] = [
        "allmended": "the composition root; end-to-end tests and the demo run it as a process",
        "Services": "SystemTests drive every service through the running server",
        "protoc-gen-allmende": "its output is compiled, and compared with what it generates anew",
        "CUsageWire": "generated C; UsageWireTests read and write it",
        "CLibUV": "a module map", "CNGHTTP2": "a module map", "COpenSSL": "a module map",
        "CLibPQ": "a module map", "CProtobufC": "a module map", "CZlib": "a module map",
    ]

    @Test func everyModuleHasItsTests() {
        let tests = Set(Tree.folders(in: "Tests"))
        for module in Tree.folders(in: "Sources") {
            let isTestedElsewhere = Self.testedElsewhere[module] != nil
            #expect(tests.contains(module + "Tests") != isTestedElsewhere, "\(module)")
        }
    }

    @Test func migrationsAreNumberedWithoutGaps() throws {
        let folder = "Sources/Store/Migrations/"
        let names = Tree.paths.filter { $0.hasPrefix(folder) }.map { String($0.dropFirst(folder.count)) }
        let numbers = names.compactMap { name in
            name.wholeMatch(of: /(\d{4})[_-][a-z0-9_-]+\.sql/).flatMap { Int($0.1) }
        }
        #expect(numbers.count == names.count, "a migration is called 0001-what-it-does.sql: \(names)")
        #expect(numbers.sorted() == Array(1..<(numbers.count + 1)))
    }

    @Test func everyLinkInADocumentLeadsSomewhere() throws {
        var violations: [Violation] = []
        for path in Tree.paths where path.hasSuffix(".md") {
            violations += DocumentLinks.violations(in: try Tree.text(path), path: path) { target in
                if target.isEmpty { return [] }
                guard Tree.exists(target) else { return nil }
                return target.hasSuffix(".md") ? DocumentLinks.anchors(of: (try? Tree.text(target)) ?? "") : []
            }
        }
        #expect(violations.isEmpty, "\n\(violations.report)")
    }

    @Test func everyDocumentThatCodeNamesExists() throws {
        var violations: [Violation] = []
        for path in Tree.paths where try Self.isCode(path) && Tree.text(path).contains("docs/") {
            for (index, line) in try Tree.lines(path).enumerated() {
                for match in line.matches(of: /docs\/[a-z\/-]*(\d{4})?[a-z-]*(\.md)?/)
                where !Tree.paths.contains(where: { $0.hasPrefix(match.0) }) {
                    violations.append(.init(path: path, line: index + 1, rule: "no such document: \(match.0)"))
                }
            }
        }
        #expect(violations.isEmpty, "\n\(violations.report)")
    }

    @Test func everyTargetThatADocumentNamesExists() throws {
        let makefile = try Tree.text("Makefile")
        let targets = Set(
            makefile.split(separator: "\n").compactMap { line in
                line.prefixMatch(of: /([a-z-]+):/).map { String($0.1) }
            })
        for path in Tree.paths where path.hasSuffix(".md") {
            let named = try Tree.text(path).matches(of: /(?:^|`|\n)make ([a-z-]+)/).map { String($0.1) }
            #expect(Set(named).subtracting(targets).isEmpty, "\(path)")
        }
    }
}
