internal import API
internal import Domain
internal import Foundation
internal import Glibc
internal import Publiccode
internal import Services

/// A publiccode.yml on this machine, checked by the same rules as by the server.
struct PubliccodeFile {
    let path: String
    let bytes: [UInt8]
    let findings: [Finding]
    private let valid: PubliccodeDocument?

    /// - Throws: `CommandFailure` where the file cannot be read.
    init(_ path: String) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw CommandFailure("Cannot read \(path).") }
        defer { try? handle.close() }
        // One byte more than is taken is enough to see that it is too much.
        guard let data = try? handle.read(upToCount: PubliccodeLimits.bytes + 1) else {
            throw CommandFailure("Cannot read \(path).")
        }
        self.path = path
        bytes = Array(data)
        guard let today = Domain.CivilDate(daysSinceEpoch: time(nil) / 86_400) else {
            throw CommandFailure("The clock of this machine is wrong.")
        }
        (valid, findings) = PubliccodeDocument.read(bytes, today: today)
    }

    /// Whether it has no error.
    var isValid: Bool { valid != nil }

    /// The document.
    ///
    /// - Throws: `CommandFailure` with every error where there is one.
    func document() throws -> PubliccodeDocument {
        guard let valid else { throw CommandFailure(text(findings.filter { $0.severity == .error })) }
        return valid
    }

    /// One line for each finding, `FILE:LINE:COLUMN: FIELD: MESSAGE`.
    func text(_ findings: [Finding]) -> String {
        findings.map { $0.text(file: path) }.joined(separator: "\n")
    }

    /// One line for each finding of the server.
    func text(_ findings: [PubliccodeFinding]) -> String {
        findings.map { finding in
            let mark = finding.severity == .warning ? "warning: " : ""
            let field = finding.field.isEmpty ? "" : finding.field + ": "
            return "\(path):\(finding.line):\(finding.column): \(mark)\(field)\(finding.message)\n"
        }.joined()
    }

    /// The answer that the server would give.
    var answer: ValidatePubliccodeResponse {
        var answer = ValidatePubliccodeResponse()
        answer.findings = findings.map { PubliccodeFinding($0) }
        answer.isValid = isValid
        return answer
    }
}
