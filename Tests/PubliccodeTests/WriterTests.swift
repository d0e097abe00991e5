import Foundation
import TestSupport
import Testing

@testable import Publiccode

/// What is written is read again as the same.
@Suite(.timeLimit(.minutes(2)))
struct WriterTests {
    /// The words that YAML would take for something else, line breaks, spaces, quotes and what cannot be printed.
    private static let texts: [String] = [
        "no", "Yes", "true", "null", "~", "1.0", "0x1F", "1e3", "2024-01-31", ".inf", "- a", "# a", "a # b", "a: b",
        "a:",
        "&a", "*a", "!a", "| a", "> a", "%a", "@a", "`a", "\"a\"", "'a'", "{a}", "[a]", " a", "a ", "\ta", "a\tb",
        "a\\b",
        "a\nb", "a\n", "a\n\nb\n", "\na", "a\n\n", "a \nb", "a\n b\nc", "a\r\nb", "a\u{85}b", "a\u{2028}b",
        "a\u{FEFF}b",
        "a\u{0}b", "a\u{7F}b", "\u{1F600}", "\u{FFFE}", "---", "...", "a\n---\nb", "ä", "Straße (alt)", "=", "<<",
        String(repeating: "wort ", count: 60) + "ende", String(repeating: "wort  ", count: 60) + "ende",
        String(repeating: "x", count: 500), String(repeating: "wort ", count: 60) + "\n",
        String(repeating: "wort\t", count: 60) + "x", String(repeating: "wort ", count: 30) + " \u{301}x",
        String(repeating: "# ", count: 100) + "x", String(repeating: "- a: ", count: 100) + "x",
    ]

    @Test(arguments: [Sample.minimal, Sample.complete])
    func aDocumentSurvivesItsText(_ text: String) throws {
        let document = try #require(Sample.read(text).document)
        let again = try #require(Sample.read(document.text).document)
        #expect(again == document && again.text == document.text)
    }

    @Test func theOrderIsThatOfTheStandard() throws {
        let lines = Sample.minimal.split(separator: "\n")
        let turned = (lines[16...] + lines[..<16]).joined(separator: "\n") + "\n"
        let document = try #require(Sample.read(turned).document)
        #expect(document.text == Sample.read(Sample.minimal).document?.text)
        #expect(document.text.hasPrefix("publiccodeYmlVersion: \"0.5\"\nname: Meldewesen\nurl: \"https://"))
    }

    @Test(arguments: texts)
    func everyTextSurvives(_ text: String) throws {
        var document = try #require(Sample.read(Sample.minimal).document)
        document.set("name", to: .text(text))
        document.set("usedBy", to: Node(.list([.text(text), .text("x"), .text(text)])))
        document.set(
            "IT", to: .mapping([String(text.prefix(20)): .mapping(["a": Node(.list([.text(text), Node(.list([]))]))])]))
        let root = try YAMLReader.read(Array(document.text.utf8))
        #expect(root == document.root, "\(document.text)")
        #expect(PubliccodeDocument(root: root).text == document.text)
    }

    @Test(arguments: UInt64(1)...40)
    func documentsByChanceSurvive(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var document = try #require(Sample.read(Sample.complete).document)
        for section in ["IT", "name", "DE"] {
            document.set(section, to: Self.node(&random, depth: section == "name" ? 0 : 5))
        }
        let root = try YAMLReader.read(Array(document.text.utf8))
        #expect(root == document.root, "seed \(seed)\n\(document.text)")
        #expect(PubliccodeDocument(root: root).text == document.text, "seed \(seed)")
    }

    private static func node(_ random: inout SplitMix64, depth: Int) -> Node {
        switch depth == 0 ? 0 : random.next() % 4 {
        case 0: return .text(text(&random))
        case 1: return Node(.list((0..<random.next() % 4).map { _ in node(&random, depth: depth - 1) }))
        case 2:
            let plain = ["true", "false", "null", "12", "-3.5", "1e9"]
            let word = plain[Int(random.next() % UInt64(plain.count))]
            return Node(.scalar(.init(text: word, isPlain: true)))
        default:
            let keys = Set((0..<random.next() % 4).map { _ in text(&random) })
            return Node(
                .mapping(
                    keys.sorted().map { key in
                        Node.Entry(
                            key: .init(text: key, isPlain: false), position: .start,
                            value: node(&random, depth: depth - 1))
                    }))
        }
    }

    private static func text(_ random: inout SplitMix64) -> String {
        let pieces = [
            "a", "B", "ß", " ", "  ", "\n", ":", ": ", "#", " #", "-", "- ", "\"", "'", "\\", "0", "no", "\t", "\u{7}",
            "ü\u{301}",
            "&", "*", "!", "%", "{", "[", ",", "👩‍👧", "wort wort wort ", "\u{2029}",
        ]
        return (0..<random.next() % 24).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
    }
}
