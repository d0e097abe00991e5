import Foundation

/// Links between documents, and the places in the code that name one.
enum DocumentLinks {
    /// Relative links of a Markdown text that lead nowhere. `headings` gives a document's anchors, nil where there is
    /// no such file.
    static func violations(in text: String, path: String, headings: (String) -> Set<String>?) -> [Violation] {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        return proseLines(text).flatMap { number, line in
            line.matches(of: /\]\(([^)\s]+)\)/).compactMap { match -> Violation? in
                let link = String(match.1)
                guard !link.contains("://"), !link.hasPrefix("mailto:") else { return nil }
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let target = parts[0].isEmpty ? path : joined(folder, String(parts[0]))
                let found = headings(target)
                let anchor = parts.count > 1 ? String(parts[1]) : nil
                if let found, anchor.map(found.contains) ?? true { return nil }
                return Violation(path: path, line: number, rule: "no such place: \(link)")
            }
        }
    }

    /// The anchors that a renderer gives to the headings of a Markdown text.
    static func anchors(of text: String) -> Set<String> {
        Set(
            proseLines(text).compactMap { _, line in
                guard let heading = line.wholeMatch(of: /#{1,6}\s+(.*)/)?.1 else { return nil }
                let kept = heading.lowercased().filter {
                    $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_"
                }
                return kept.trimmed.replacing(" ", with: "-")
            })
    }

    /// Lines with their numbers, without those of code blocks.
    private static func proseLines(_ text: String) -> [(Int, Substring)] {
        var isCode = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            if line.hasPrefix("```") {
                isCode.toggle()
                return nil
            }
            return isCode ? nil : (index + 1, line)
        }
    }

    private static func joined(_ folder: String, _ link: String) -> String {
        var parts = folder.split(separator: "/")
        for part in link.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}
