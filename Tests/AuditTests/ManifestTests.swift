import Audit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ManifestTests {
    private static func text() throws -> String {
        try BundleBytes(SampleRegister.make().bundle()).text("manifest.json")
    }

    @Test func hasOneItemPerLine() throws {
        let lines = try Self.text().split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[1] == "  \"completeness\": \"all entries from 0 to size\",")
        #expect(lines[3].hasPrefix("    {\"bytes\": ") && lines[3].contains("\"name\": \"README.txt\", \"sha256\": \""))
        #expect(
            lines.suffix(5) == [
                "      {\"application\": \"meldewesen\", \"metric\": \"hours\", \"quantity\": \"1.89\", \"rows\": 3}",
                "    ]", "  }", "}", "",
            ])
    }

    @Test(arguments: [
        (" \"size\": 8", " \"size\": 08"), (" \"size\": 8", " \"size\":  8"), ("\"rows\": 8", "\"rows\": 8.0"),
        ("{\"bytes\"", "{\"extra\": 1, \"bytes\""), ("\n}\n", "\n}"), ("\n}\n", "\n}\n\n"),
        ("allmende-audit-bundle/1", "allmende-audit-bundle/2"), ("all entries", "some entries"),
    ])
    func refusesAnyOtherForm(_ change: (from: String, to: String)) throws {
        let text = try Self.text()
        let parts = text.split(separator: change.from, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2)
        #expect(throws: ManifestError.self) { try Manifest(Array((parts[0] + change.to + parts[1]).utf8)) }
    }
}
