import Testing

/// What the documents show to type or to copy is what runs.
@Suite(.timeLimit(.minutes(5)))
struct DocumentCodeTests {
    /// Targets that a document may name though `.ci/run` does not call them, and why.
    static let notInCI: [String: String] = [
        "run": "waits in the foreground; the demo is the same script",
        "bench": "minutes long; .ci/run calls the same script with tiny sizes",
        "figures": "writes what `make bench` measured",
        "soak": "ten minutes long; .ci/run calls the same script for some seconds",
        "check-long": "what takes longer than a change may",
        "clean": "removes what the next step needs",
        "install": "writes outside the checkout",
        "packages": "part of every other target; .ci/run calls the same script",
        "help": "prints the Makefile",
    ]

    /// Documents whose commands a script extracts and runs as they stand there.
    static let extracted = [
        "docs/formats/audit-bundle.md": "deploy/dev/interop", "docs/formats/publiccode.md": "deploy/dev/interop",
        "docs/command-line.md": "deploy/dev/tour",
    ]

    @Test func everyCommandOfADocumentIsOneThatCIRuns() throws {
        let run = try Tree.text(".ci/run")
        let called = Set(
            run.matches(of: /(?:target|make --no-print-directory) ([a-z-]+)/).map { String($0.1) })
        #expect(called.isSuperset(of: ["demo", "test", "interop", "lint"]))
        #expect(called.isDisjoint(with: Self.notInCI.keys), "no exception is needed")
        for (path, script) in Self.extracted {
            #expect(try Tree.text(script).contains(path))
            #expect(run.contains(script) || called.contains(String(script.dropFirst("deploy/dev/".count))), "\(script)")
        }
        for path in Tree.paths where path.hasSuffix(".md") && Self.extracted[path] == nil {
            for block in DocumentCode.blocks(in: try Tree.text(path)) where block.language == "sh" {
                for line in block.lines where !line.trimmed.isEmpty {
                    let target = line.prefixMatch(of: /make ([a-z-]+)/).map { String($0.1) }
                    let runs = target.map { called.contains($0) || Self.notInCI[$0] != nil } ?? false
                    #expect(runs, "\(path): \(line)")
                }
            }
        }
    }

    @Test(arguments: [
        "python": "docs/examples/call.py", "go": "docs/examples/call.go", "java": "docs/examples/Call.java",
    ])
    func everyCallInTheReadmeIsPartOfItsProgram(_ language: String, _ program: String) throws {
        let blocks = DocumentCode.blocks(in: try Tree.text("README.md")).filter { $0.language == language }
        #expect(blocks.count == 1)
        for block in blocks {
            #expect(DocumentCode.contains(block.lines, in: try Tree.text(program)), "\(block.lines)")
        }
    }

    @Test func aChangedLineIsFound() {
        let text = "main {\n    a\n        b\n\n    c\n}"
        #expect(DocumentCode.contains(["a", "    b", "", "c"], in: text))
        #expect(!DocumentCode.contains(["a", "b"], in: text))
        #expect(!DocumentCode.contains([], in: text))
        let blocks = DocumentCode.blocks(in: "x\n```sh\n  make a\n```\ny\n```\nz\n```\n")
        #expect(blocks == [.init(language: "sh", lines: ["make a"]), .init(language: "", lines: ["z"])])
    }
}
