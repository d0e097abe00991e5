import Domain
import Foundation
import Publiccode

/// Documents to begin from.
enum Sample {
    /// The example of the documents: every mandatory key and no other.
    static let minimal = file("docs/examples/publiccode.yml")
    /// Every key of the standard.
    static let complete = file("Tests/PubliccodeTests/Cases/complete.yml")

    static let today = CivilDate(year: 2024, month: 3, day: 1)!

    static func read(_ text: String) -> (document: PubliccodeDocument?, findings: [Finding]) {
        PubliccodeDocument.read(Array(text.utf8), today: today)
    }

    /// The text with something in place of what stands in it exactly once.
    static func minimal(_ old: String, _ new: String) -> String {
        let parts = minimal.components(separatedBy: old)
        precondition(parts.count == 2, "\"\(old)\" stands \(parts.count - 1) times in the sample")
        return parts.joined(separator: new)
    }

    private static func file(_ path: String) -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }
}
