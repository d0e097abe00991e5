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
        var text = "VERIFIED: \(subject(report))\n"
        text += "proven: \(claim(report))\n"
        text += "as of:  \(Grouped.text(report.size)) entries of the register; the newest at hand says "
        text += "\(EntryTable.time(report.newestMicros)), which is the server's word\n"
        text += "signed: by \(report.signers.joined(separator: " and "))\n"
        if let root = report.root { text += "root:   \(root)\n" }
        text += "hashed again: \(Grouped.text(report.byteCount)) bytes; usage rows: \(Grouped.text(report.rows)), "
        text += "in batches: \(Grouped.text(report.batches)); settlements: \(Grouped.text(report.settlements))\n\n"
        var table = Table(.text("entries"), .number("number"))
        for entry in report.entries {
            table.add(entry.kind.replacing("_", with: " "), Grouped.text(entry.count))
        }
        return text + table.text + sums(report)
    }

    private static func subject(_ report: VerificationReport) -> String {
        guard let selection = report.selection else { return report.register }
        let whose = selection.party.map { "usage of party \($0)" } ?? "usage"
        let others = selection.conditions.filter { $0.name != "party" }
            .map { "\($0.name.replacing("_", with: " ")) \($0.value)" }
        return "\(whose) in \(report.register)" + (others.isEmpty ? "" : " (\(others.joined(separator: ", ")))")
    }

    /// What follows from the signature, and what does not.
    private static func claim(_ report: VerificationReport) -> String {
        guard report.selection != nil else {
            return "completeness; these are all entries, and all rows of usage and settlements they commit to"
        }
        return "inclusion only; each row was recorded as it stands here, whether there are more is not proven"
    }

    private static func sums(_ report: VerificationReport) -> String {
        guard report.selection != nil, !report.usage.isEmpty else { return "" }
        var table = Table(.text("metric"), .number("rows"), .number("quantity"))
        for sum in report.usage { table.add("\(sum.application)/\(sum.metric)", Grouped.text(sum.rows), sum.quantity) }
        return "\n" + table.text
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
