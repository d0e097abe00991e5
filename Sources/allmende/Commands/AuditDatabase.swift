internal import ArgumentParser
internal import Services
internal import Store
internal import Terminal

extension AdminCommands {
    /// `allmende admin audit`: whether the rows are those that the registers speak of.
    struct Audit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hashes the whole database again and holds it against the registers.",
            discussion: """
                Names every row that was edited, deleted, inserted or back-dated behind the server's back. Reads only, \
                from one snapshot. Exit code 0 means that nothing was found.
                """)

        @OptionGroup var owner: OwnerOptions
        @Option(help: "The server's --checkpoint-directory, to be held against as well.")
        var checkpointDirectory: String?

        func run() async throws {
            let audit = DatabaseAudit(directory: checkpointDirectory.map(CheckpointDirectory.init))
            let report = try await owner.withOwner { owner in
                try await audit.run(owner) { Device.remark("auditing \($0)\n") }
            }
            Device.print(Self.text(report))
            if !report.findings.isEmpty { throw ExitCode.failure }
        }

        static func text(_ report: DatabaseAudit.Report) -> String {
            let entries = report.registers.reduce(0) { $0 + $1.entries }
            let rows = report.tables.reduce(0) { $0 + $1.rows }
            let checked =
                "\(Grouped.text(entries)) entries of \(report.registers.count) registers, \(Grouped.text(rows)) rows "
                + "of \(report.tables.count) tables and \(Grouped.text(report.usageRows)) rows of usage"
            let dropped = report.droppedUsageRows
            let note =
                dropped == 0
                ? "" : "\(Grouped.text(dropped)) rows of usage are no longer kept; the roots in their entries remain\n"
            if report.findings.isEmpty { return note + "\(checked): all as the registers have it\n" }
            let more = report.isTruncated ? "and more\n" : ""
            let findings = report.findings.map { "\($0)\n" }.joined()
            return findings + more + note + "NOT as the registers have it: \(checked)\n"
        }
    }
}
