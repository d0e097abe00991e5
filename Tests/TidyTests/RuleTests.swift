import Testing

/// The rules themselves, held against small samples: each finds what it is for, and only that.
@Suite(.timeLimit(.minutes(5)))
struct RuleTests {
    private func file(_ text: String, in path: String = "Sources/Store/Sample.swift") -> SwiftFile {
        SwiftFile(path: path, text: text)
    }

    @Test func commentsAndStringsAreNoCode() {
        let text = SourceText(##"let a = "x { \(f("}")) y" /* { /* nested */ { */ + #"\("raw")"# // {"##)
        #expect(!text.code[0].contains("{"))
        #expect(text.code[0].contains("f("))
        #expect(text.code[0].contains("+"))
        #expect(text.comments[0].hasSuffix("// {"))
        let block = SourceText("let a = \"\"\"\n  { \"quoted\"\n  \"\"\"\nlet b = 1")
        #expect(block.code[1].trimmed.isEmpty)
        #expect(block.code[3] == "let b = 1")
    }

    @Test(arguments: ["internal import Glibc", "internal import Postgres", "public import struct Domain.Money"])
    func allowedImportsPass(_ line: String) {
        #expect(ImportLaw.violations(in: file(line)).isEmpty)
    }

    @Test(arguments: [
        "internal import CLibPQ", "internal import GRPC", "import Domain", "@preconcurrency internal import NIOCore",
        "internal import Domain; internal import API",
    ])
    func forbiddenImportsAreFound(_ line: String) {
        #expect(ImportLaw.violations(in: file(line)).count == 1)
    }

    @Test func theDomainImportsNothing() {
        let violations = ImportLaw.violations(in: file("internal import Glibc", in: "Sources/Domain/Money.swift"))
        #expect(violations.map(\.rule) == ["Domain may not import Glibc"])
    }

    @Test func anImportInACommentIsNone() {
        #expect(ImportLaw.imports(in: file("// import CLibPQ\nlet a = \"\n\"")).isEmpty)
    }

    @Test func longFunctionsAreFound() {
        func function(of lines: Int) -> String {
            "func f(\n    a: () -> Void = {}\n) {\n" + String(repeating: "    if a { b() }\n", count: lines - 4) + "}\n"
        }
        #expect(FunctionLengths.violations(in: file(function(of: 70))).isEmpty)
        #expect(FunctionLengths.violations(in: file(function(of: 71))).map(\.line) == [1])
    }

    @Test func bodiesBelongToTheirDeclarations() {
        let code = """
            protocol P {
                func required(_ a: Int)
                var value: Int { get }
            }
            struct S {
                var stored = 1
                init() {
                    self.init(a: 1)
                }
                var computed: Int {
                    1
                }
            }
            """
        let bodies = FunctionLengths.bodies(in: SourceText(code).code)
        #expect(bodies == [.init(line: 3, lines: 1), .init(line: 7, lines: 3), .init(line: 10, lines: 3)])
    }

    @Test(arguments: [
        "print(1)", "let a = try! f()", "fatalError()", "usleep(1)", "try await Task.sleep(for: .seconds(1))",
        "let share: Double = 1", "DispatchQueue.main.async {}", "internal import NIOCore",
        "let share: Swift.Double = 1",
        "final class A: @unchecked Sendable {}  // a reason does not help here",
    ])
    func bannedCodeIsFound(_ line: String) {
        #expect(BannedCode.violations(in: file(line)).count == 1)
    }

    @Test(arguments: [
        "writer.print(1)", "// print(1)", "let a = \"try! this\"", "fatalError(\"the loop is gone\")", "loop.sleep()",
        "let aDoubleMajority = 1", "let doubled = redoubled",
    ])
    func harmlessCodePasses(_ line: String) {
        #expect(BannedCode.violations(in: file(line)).isEmpty)
    }

    @Test func vouchingNeedsAReasonOnItsLine() {
        let bare = "final class A: @unchecked Sendable {}"
        #expect(BannedCode.violations(in: file(bare, in: "Sources/TLS/A.swift")).count == 1)
        #expect(BannedCode.violations(in: file(bare + "  // why", in: "Sources/TLS/A.swift")).isEmpty)
        #expect(BannedCode.violations(in: file(bare, in: "Tests/StoreTests/A.swift")).count == 1)
        #expect(BannedCode.violations(in: file(bare + "  // why", in: "Tests/StoreTests/A.swift")).isEmpty)
    }

    @Test func deadLinksAreFound() {
        let text = """
            # One `picture`
            [here](#one-picture) [there](b.md) [up](../README.md#top) [away](https://example.org/x)
            [gone](c.md) [gone too](b.md#nowhere)
            ```
            [code](nowhere)
            ```
            """
        let found = DocumentLinks.violations(in: text, path: "pages/a.md") { target in
            ["pages/a.md": DocumentLinks.anchors(of: text), "pages/b.md": [], "README.md": ["top"]][target]
        }
        #expect(found.map(\.rule) == ["no such place: c.md", "no such place: b.md#nowhere"])
    }
}
