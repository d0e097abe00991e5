internal import API
internal import Audit
internal import Domain
internal import Register
public import Store
internal import SwiftProtobuf

/// Holds a whole database against its registers: rows against seals, seals against entries, usage against the roots in
/// its entries, entries against the tree, the tree against the checkpoints. Whatever was edited, deleted, inserted or
/// back-dated behind the application's back is named.
public struct DatabaseAudit: Sendable {
    /// Something that is not as the registers have it.
    public struct Finding: Sendable, Equatable, CustomStringConvertible {
        /// Where: a register's entry, or a table's row.
        public let place: String
        public let reason: String

        public var description: String { "\(place): \(reason)" }
    }

    /// What was looked at, and what was found.
    public struct Report: Sendable, Equatable {
        public internal(set) var findings: [Finding] = []
        /// Name and number of entries of each register.
        public internal(set) var registers: [(name: String, entries: Int64)] = []
        /// Name and number of rows of each table whose rows are sealed.
        public internal(set) var tables: [(name: String, rows: Int64)] = []
        /// Usage records that were hashed again.
        public internal(set) var usageRows: Int64 = 0
        /// Usage records that are no longer kept, as the entries of their months say: only their roots are left.
        public internal(set) var droppedUsageRows: Int64 = 0
        /// Whether more was found than findings are kept.
        public internal(set) var isTruncated = false

        public static func == (left: Report, right: Report) -> Bool { left.findings == right.findings }

        mutating func find(_ place: String, _ reason: String) {
            if findings.count < DatabaseAudit.maximumFindings {
                findings.append(Finding(place: place, reason: reason))
            } else {
                isTruncated = true
            }
        }
    }

    /// Findings of a table, and findings in all, that a report holds.
    static let maximumFindings = 1000

    private let directory: CheckpointDirectory?

    /// - Parameter directory: where checkpoints were published; nil leaves the database's own.
    public init(directory: CheckpointDirectory? = nil) {
        self.directory = directory
    }

    /// Looks at everything. Reads only, from one snapshot.
    ///
    /// - Parameter progress: called with what is being looked at.
    public func run(_ owner: Owner, progress: (String) -> Void = { _ in }) async throws -> Report {
        try await owner.withDatabase { database in
            try await AuditReader.withSnapshot(database) { reader in
                var report = Report()
                for register in try await reader.registers() {
                    progress(register.name)
                    var audit = RegisterAudit(register: register, reader: reader)
                    try await audit.run(directory, &report)
                    if register.id != Store.platformRegister {
                        try await UsageAudit(register: register, commitments: audit.batches, reader: reader)
                            .run(&report)
                    }
                }
                try await self.tables(reader, &report, progress)
                try await self.strays(reader, &report)
                return report
            }
        }
    }

    private func tables(_ reader: AuditReader, _ report: inout Report, _ progress: (String) -> Void) async throws {
        for table in try await reader.tables() where table.unsealed == nil {
            progress(table.name)
            if !table.isTriggered {
                report.find("table \(table.name)", "its trigger row_seal is gone or disabled: changes are not sealed")
            }
            let (rows, count) = try await reader.unsealedRows(of: table, limit: DatabaseAudit.maximumFindings)
            report.tables.append((table.name, count))
            for row in rows { report.find("table \(table.name) row \(row.key)", row.reason) }
        }
    }

    private func strays(_ reader: AuditReader, _ report: inout Report) async throws {
        let limit = DatabaseAudit.maximumFindings
        for seal in try await reader.sealsWithoutEntry(limit: limit) {
            report.find("table \(seal)", "it was sealed with an entry that the register does not have")
        }
        for (batch, row) in try await reader.strayUsage(limit: limit) {
            report.find(
                "table usage_record batch \(batch) row \(row)", "it is no row of its batch: it was inserted or moved")
        }
        for rollup in try await reader.brokenRollups(limit: limit) {
            report.find("table usage_rollup row \(rollup)", "it is not what the records of usage give")
        }
        for source in try await reader.idleSources(limit: limit) {
            report.find("table usage_source row \(source)", "no batch names it: it was inserted or renamed")
        }
    }
}

extension UnsealedRow {
    fileprivate var reason: String {
        let last = entry.map { "; entry \($0.position) of \($0.register) changed it last" } ?? ""
        switch tampering {
        case .inserted: return "it was inserted: no entry knows it"
        case .deleted: return "it was deleted\(last)"
        case .edited: return "it was edited\(last)"
        case .backDated(let claimed): return "it was back-dated: it says that entry \(claimed) recorded it\(last)"
        }
    }
}
