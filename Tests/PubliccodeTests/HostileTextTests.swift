import Domain
import Publiccode
import TestSupport
import Testing

/// Texts that were made to hurt the reader: each is refused with a finding, and none takes long.
@Suite(.timeLimit(.minutes(2)))
struct HostileTextTests {
    private static let notUTF8: [([UInt8], String)] = [
        (Array("name: ".utf8) + [0xFF], "1:7"), (Array("a: b\nc: ä".utf8) + [0xC3], "2:5"),
        (Array("a: ".utf8) + [0xED, 0xA0, 0x80], "1:4"), (Array("ab\n".utf8) + [0xC0, 0x80], "2:1"),
        ([0xFE, 0xFF, 0x00, 0x61], "1:1"),
    ]

    private func rules(_ text: String) -> [Rule] { Sample.read(text).findings.map(\.rule) }

    @Test func sizeIsBounded() {
        let padding = String(repeating: "#", count: PubliccodeLimits.bytes - Sample.minimal.utf8.count)
        #expect(rules(Sample.minimal + padding).isEmpty)
        #expect(rules(Sample.minimal + padding + "#") == [.size])
    }

    @Test func depthIsBounded() {
        func nested(_ depth: Int) -> String {
            "IT: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "\n"
        }
        // The document itself is one level.
        #expect(!rules(nested(PubliccodeLimits.depth - 1)).contains(.depthLimit))
        #expect(rules(nested(PubliccodeLimits.depth)) == [.depthLimit])
        #expect(rules(nested(900)) == [.depthLimit])
        // The library itself has had enough after a thousand.
        #expect(rules(nested(90_000)) == [.syntax])
        #expect(rules(String(repeating: "- ", count: 90_000)) == [.syntax])
    }

    @Test func nodesAreBounded() {
        // The root, its value and the items.
        func items(_ count: Int) -> String { "IT: [" + String(repeating: "a,", count: count) + "]\n" }
        #expect(!rules(items(PubliccodeLimits.nodes - 2)).contains(.nodeLimit))
        #expect(rules(items(PubliccodeLimits.nodes - 1)) == [.nodeLimit])
    }

    @Test func findingsAreBounded() {
        let keys = (0..<2000).map { "k\($0): 1\n" }.joined()
        let found = rules(Sample.minimal + keys)
        #expect(found.count == PubliccodeLimits.findings + 1 && found.last == .findingLimit)
    }

    /// A thousand million of nodes, if aliases were followed.
    @Test func aliasesDoNotMultiply() {
        var bomb = "IT:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            bomb += "  a\(level): &a\(level) [" + String(repeating: "*a\(level - 1), ", count: 10) + "]\n"
        }
        #expect(rules(bomb) == [.aliasLimit])
        // As a key, whose hash the library needs.
        #expect(rules("a: &a [x]\nb: &b [*a, *a]\n" + String(repeating: "? *b\n: 1\n", count: 20)) == [.aliasLimit])
        // Behind the line breaks of Unicode.
        #expect(
            rules("a: &a [x]\nb: [" + String(repeating: "*a,\u{2028}", count: 11) + "]").contains(.aliasLimit))
    }

    @Test func aliasesAreFollowedUpToTheirLimit() {
        func text(_ count: Int) -> String {
            Sample.minimal("  - web", "  - &p web\n" + String(repeating: "  - *p\n", count: count))
        }
        #expect(rules(text(PubliccodeLimits.aliases)).isEmpty)
        #expect(rules(text(PubliccodeLimits.aliases + 1)) == [.aliasLimit])
        // Stars of a text are no aliases.
        #expect(rules(Sample.minimal + "# *a\n" + String(repeating: "# *a & b\n", count: 50)).isEmpty)
        #expect(rules("a: *nowhere\n") == [.syntax])
        #expect(rules("&a a: *a\n").contains(.unknownKey))
    }

    @Test(arguments: notUTF8)
    func encodingIsUTF8(_ bytes: [UInt8], _ position: String) {
        let findings = PubliccodeDocument.read(bytes, today: Sample.today).findings
        #expect(findings.map(\.rule) == [.encoding])
        #expect(findings.map(\.position.description) == [position])
    }

    @Test(arguments: [
        "", "\n", "---\n", "...", "%YAML 9.9\n---\na: 1\n", "a", "[]", "- a", "{", "\"", "'", "|", ">", "&", "*", "!",
        "%",
        "@", "`", "\u{FEFF}", "\u{0}", "? ", ": ", "? ? ? :", "a: !<tag:x> b", "a: !", "a: \"\\uD800\"", "a: \"\\x\"",
        "{a: b", "a:\tb", "\u{85}", "a: |99\n x", "a: &\n", "!!map {}", "a: !!set {}", "a: b: c", "- - -", "}", "]",
        ",",
    ])
    func scrapsAreRefused(_ text: String) {
        let (document, findings) = Sample.read(text)
        #expect(document == nil && !findings.isEmpty)
        #expect(findings.allSatisfy { $0.position.line > 0 && $0.position.column > 0 && !$0.message.isEmpty })
    }

    /// Bytes of the samples changed, taken out, doubled and exchanged by chance.
    @Test(arguments: 1...8)
    func noTextBringsTheReaderDown(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let sources = [Sample.minimal, Sample.complete].map { Array($0.utf8) }
        let marks = Array("&*!|>'\"%@`{}[],:?-#\n\t \\<0~\u{85}".utf8)
        for _ in 0..<150 {
            var bytes = sources[Int(random.next() % 2)]
            for _ in 0..<(1 + random.next() % 6) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 5 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.insert(marks[Int(random.next() % UInt64(marks.count))], at: place)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 40)))
                case 3: bytes += bytes[place...].prefix(Int(random.next() % 200))
                default: bytes[place] = marks[Int(random.next() % UInt64(marks.count))]
                }
                if bytes.isEmpty { bytes = [UInt8(ascii: " ")] }
            }
            let (document, findings) = PubliccodeDocument.read(bytes, today: Sample.today)
            #expect(document != nil || findings.contains { $0.severity == .error }, "seed \(seed)")
            guard let document else { continue }
            let again = PubliccodeDocument.read(Array(document.text.utf8), today: Sample.today)
            #expect(again.document?.text == document.text, "seed \(seed): \(again.findings)\n\(document.text)")
            // Keys without a value are left out when it is written.
            if !findings.contains(where: { $0.rule == .empty }) { #expect(again.document == document, "seed \(seed)") }
        }
    }
}
