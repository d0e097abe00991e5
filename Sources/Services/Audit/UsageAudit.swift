internal import Audit
internal import Domain
internal import Register
internal import Store

/// Holds the usage of one consortium against the roots that its entries commit to.
struct UsageAudit {
    private static let page = 200

    let register: StoredRegister
    let commitments: [Int64: RegisterAudit.Commitment]
    let reader: AuditReader

    func run(_ report: inout DatabaseAudit.Report) async throws {
        let members = try await UsageMembers(reader: reader, consortium: register.id)
        let keptFrom = try await reader.usageKeptFrom(in: register.id)
        let remainders = try await reader.usageRemainders(in: register.id)
        var position: Int64 = 0
        var found: Set<Int64> = []
        while true {
            let batches = try await reader.usageBatches(
                in: register.id, from: position, until: .max, limit: UsageAudit.page)
            guard let last = batches.last else { break }
            position = last.position + 1
            for batch in batches {
                found.insert(batch.position)
                guard let commitment = commitments[batch.position] else {
                    report.find(
                        "table usage_record batch \(batch.id)",
                        "no entry at \(batch.position) of \(register.name) records it")
                    continue
                }
                var kept = UsageCommitment(rowCount: commitment.rowCount, root: commitment.root)
                let isWhole = keptFrom.map { batch.firstMonth >= $0 } ?? true
                if let keptFrom, !isWhole {
                    // What dropped months leave of a batch, if anything; its entry speaks of all that it had.
                    let remainder = batch.lastMonth < keptFrom ? nil : remainders[batch.id]
                    kept = remainder ?? UsageCommitment(rowCount: 0, root: [])
                    report.droppedUsageRows += Int64(commitment.rowCount - kept.rowCount)
                }
                try await check(batch, kept, isWhole: isWhole, members, &report)
            }
        }
        for position in commitments.keys.sorted() where !found.contains(position) {
            report.find("register \(register.name) entry \(position)", "its batch of usage was deleted")
        }
    }

    private func check(
        _ batch: UsageBatchHead, _ kept: UsageCommitment, isWhole: Bool, _ members: UsageMembers,
        _ report: inout DatabaseAudit.Report
    ) async throws {
        let place = "table usage_record batch \(batch.id)"
        let rows = try await reader.usageRecords(of: batch, in: register.id)
        report.usageRows += Int64(rows.count)
        if rows.count == 0, kept.rowCount == 0 { return }
        let member = try? members.member(of: batch, rows)
        if let member, member.rowCount == kept.rowCount, member.root.bytes == kept.root { return }
        guard isWhole else {
            let message = "what a dropped month has left of it are \(kept.rowCount) rows, and not those that are there"
            report.find(place, message)
            return
        }
        let (missing, repeated) = try await reader.brokenNumbers(of: batch.id, in: register.id, count: kept.rowCount)
        if missing.isEmpty && repeated.isEmpty { return try await nameEdits(batch, kept, rows, members, &report) }
        for row in missing { report.find("\(place) row \(row)", "it was deleted") }
        for row in repeated { report.find("\(place) row \(row)", "it was inserted a second time") }
    }

    /// Names the rows of a batch that were edited, where the rollups still have the sums from before: then there is one
    /// choice of rows with which the batch has its root again.
    private func nameEdits(
        _ batch: UsageBatchHead, _ kept: UsageCommitment, _ rows: StoredUsageRows,
        _ members: UsageMembers, _ report: inout DatabaseAudit.Report
    ) async throws {
        let place = "table usage_record batch \(batch.id)"
        let differences = try await reader.sumDifferences(of: batch, in: register.id)
        let search = try EditedUsage(batch, rows, differences, members)
        guard let root = Hash(kept.root), let edits = search.edits(leadingTo: root) else {
            report.find(
                place,
                "one row or more were edited: they do not have the root that entry \(batch.position) of "
                    + "\(register.name) commits to; which, cannot be told from the sums")
            return
        }
        for edit in edits {
            report.find(
                "\(place) row \(edit.row)",
                "it was edited: its quantity was \(edit.original) and is \(edit.stored) (in units of the metric's last "
                    + "decimal)")
        }
    }
}
