/// Holds the manifest against the one that the members before it give.
enum ManifestCheck {
    /// Differing lines are named one by one; after a line too many or too few only the first is.
    static func run(_ content: [UInt8], expected: Manifest, findings: inout Findings) {
        guard content != expected.bytes else { return }
        let newline = UInt8(ascii: "\n")
        let found = content.split(separator: newline, omittingEmptySubsequences: false)
        let lines = expected.lines.map { Array($0.utf8)[...] } + [[]]
        for (index, pair) in zip(found, lines).enumerated() where pair.0 != pair.1 {
            pair.0.withUnsafeBytes { text in
                let reason =
                    pair.1.isEmpty
                    ? "the manifest should end here; it goes on with"
                    : "the contents give \(String(decoding: pair.1, as: UTF8.self).trimmingSpaces()); the manifest says"
                findings.fail("\(BundleFormat.manifestName) line \(index + 1)", reason, excerpt: text)
            }
            if found.count != lines.count { return }
        }
        guard found.count == lines.count else {
            findings.fail(BundleFormat.manifestName, "has \(found.count) lines, not \(lines.count)")
            return
        }
    }
}

extension String {
    fileprivate func trimmingSpaces() -> String {
        String(drop { $0 == " " })
    }
}
