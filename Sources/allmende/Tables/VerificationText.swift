internal import Audit
internal import Register
internal import Terminal

/// What the verification of a bundle found, in words.
enum VerificationText {
    static func text(_ report: VerificationReport, of bundle: String) -> String {
        var text = report.isVerified ? verified(report) : broken(report, bundle)
        for note in report.notes { text += "Note: \(note)\n" }
        return text
    }

    private static func verified(_ report: VerificationReport) -> String {
        var text = "VERIFIED: \(report.register), all \(Grouped.text(report.size)) entries of its register\n"
        text += "signed by \(report.signers.joined(separator: " and "))\n"
        if let root = report.root { text += "root \(root)\n" }
        text += "hashed again: \(Grouped.text(report.byteCount)) bytes; usage rows: \(Grouped.text(report.rows)), "
        text += "in batches: \(Grouped.text(report.batches)); settlements: \(Grouped.text(report.settlements))\n\n"
        var table = Table(.text("entries"), .number("number"))
        for entry in report.entries {
            table.add(entry.kind.replacing("_", with: " "), Grouped.text(entry.count))
        }
        return text + table.text
    }

    private static func broken(_ report: VerificationReport, _ bundle: String) -> String {
        let things = report.failureCount == 1 ? "one thing is" : "\(Grouped.text(report.failureCount)) things are"
        var text = "NOT VERIFIED: \(bundle) is not what was recorded; \(things) broken\n"
        for failure in report.failures {
            text += "  \(failure.place): \(failure.reason)\n"
            if let excerpt = failure.excerpt { text += "    \(excerpt)\n" }
        }
        let hidden = report.failureCount - report.failures.count
        return hidden > 0 ? text + "  and \(Grouped.text(hidden)) more\n" : text
    }
}
