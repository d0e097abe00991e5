internal import Domain
internal import Foundation
internal import Publiccode

/// A publiccode.yml as it was handed in: read and checked.
struct PubliccodeReading: Sendable {
    /// Nil where there is an error.
    let document: PubliccodeDocument?
    /// In the order of the text.
    let findings: [Finding]

    /// A document of the largest size takes tens of milliseconds: not on the event loop.
    @concurrent
    static func of(_ bytes: Data) async -> PubliccodeReading {
        let (document, findings) = PubliccodeDocument.read(Array(bytes), today: Clock.today())
        return PubliccodeReading(document: document, findings: findings)
    }

    /// The document.
    ///
    /// - Throws: `Failure` that names every field with an error, as a path under `document`, and its place.
    func valid() throws -> PubliccodeDocument {
        var checks = FieldChecks()
        for finding in findings where finding.severity == .error {
            checks.invalid(
                finding.field.isEmpty ? "document" : "document.\(finding.field)",
                "\(finding.message) (line \(finding.position.line), column \(finding.position.column))")
        }
        try checks.finish()
        guard let document else { throw Failure.invalid("document", "cannot be read") }
        return document
    }
}
