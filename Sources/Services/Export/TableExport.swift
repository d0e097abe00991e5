internal import API
internal import Audit
internal import Domain
internal import Foundation
internal import Register
internal import Store
internal import SwiftProtobuf
internal import TLS

/// Writes one table of a consortium at a size of its register. Memory is bounded by a page of rows or two batches.
struct TableExport {
    /// Rows read at once.
    private static let page = 1000

    let backend: Backend
    let question: TableQuestion

    private var caller: Participant { question.caller }
    private var reader: ReportReader { backend.store.reportReader(caller.principal) }

    /// - Returns: the manifest's text.
    /// - Throws: `Failure(.noLongerKept)` where data of the answer are past their retention.
    func write(to stream: PieceStream) async throws -> String {
        let note = try await backend.checkpoint(
            of: caller.consortium, name: caller.name, size: question.size, as: caller.principal)
        let sink = TableSink(question, stream)
        switch question.content {
        case .usage: try await UsageTable(reader: reader, question: question).write(to: sink)
        case .agreements: try await writeAgreements(to: sink)
        case .ownership: try await writeOwnership(to: sink)
        case .votes: try await writeVotes(to: sink)
        case .costs: try await writeCosts(to: sink)
        case .settlements: try await writeSettlements(to: sink)
        case .entries: try await writeEntries(to: sink)
        case .unspecified, .UNRECOGNIZED: break
        }
        let (files, sums) = try await sink.finish()
        return TableManifest(
            table: question.table, format: question.format, register: caller.name, checkpoint: note,
            size: question.size, filter: question.conditions, rows: sink.writer.rowCount, files: files, sums: sums
        ).text
    }

    private func writeAgreements(to sink: TableSink) async throws {
        for row in try await reader.exportedRevisions(in: caller.consortium, knownAt: question.size) {
            let revision = try AgreementRevision(serializedBytes: row.content)
            for pool in revision.pools {
                for (part, rule) in try pool.parts() {
                    write(row, revision, pool.pool, part, rule, to: sink)
                    try await sink.flushIfFull()
                }
            }
        }
    }

    private func write(
        _ row: ExportedRevision, _ revision: AgreementRevision, _ pool: CostPool, _ part: String, _ rule: String,
        to sink: TableSink
    ) {
        sink.writer.text(row.agreement)
        sink.writer.integer(Int64(revision.name.split(separator: "/").last ?? "") ?? 0)
        sink.writer.text(SchemaWords.text(revision.state))
        sink.writer.day(revision.valid.start, isSet: true)
        sink.writer.day(revision.valid.end, isSet: revision.valid.hasEnd)
        sink.writer.text(SchemaWords.text(revision.vatTreatment))
        sink.writer.text(revision.legalBasis)
        sink.writer.digest(Array(revision.documentSha256))
        sink.writer.text(SchemaWords.text(pool))
        sink.writer.text(part)
        sink.writer.text(rule)
        sink.writer.integer(row.position)
        sink.writer.endRow()
    }

    private func writeOwnership(to sink: TableSink) async throws {
        let shares = try await reader.exportedShares(
            in: caller.consortium, application: question.application?.id, party: question.party,
            knownAt: question.size)
        for share in shares {
            sink.writer.text(share.application)
            sink.writer.text(share.party)
            sink.writer.text("\(share.share.numerator)/\(share.share.denominator)")
            sink.writer.day(share.validFrom)
            if let end = share.validUntil { sink.writer.day(end) } else { sink.writer.empty() }
            sink.writer.integer(share.position)
            sink.writer.endRow()
            try await sink.flushIfFull()
        }
    }

    private func writeVotes(to sink: TableSink) async throws {
        var position: Int64 = 0
        while true {
            let votes = try await reader.exportedVotes(
                in: caller.consortium, party: question.party, from: position, knownAt: question.size,
                limit: TableExport.page)
            guard let last = votes.last else { return }
            position = last.position + 1
            for vote in votes {
                sink.writer.text(vote.decision)
                sink.writer.text(vote.party)
                sink.writer.text(SchemaWords.text(API.Ballot(rawValue: Int(vote.ballot)) ?? .unspecified))
                sink.writer.integer(Int64(vote.weight))
                sink.writer.integer(vote.position)
                if let end = vote.replacedAt { sink.writer.integer(end) } else { sink.writer.empty() }
                sink.writer.endRow()
            }
            try await sink.flushIfFull()
        }
    }

    private func writeCosts(to sink: TableSink) async throws {
        let currency = try await consortiumCurrency()
        let (net, vat) = (
            sink.slot("net", currency.code, scale: currency.minorDigits),
            sink.slot("vat", currency.code, scale: currency.minorDigits)
        )
        var position: Int64 = 0
        while true {
            let costs = try await reader.exportedCosts(
                in: caller.consortium, from: question.period?.start, until: question.period?.end, at: position,
                knownAt: question.size, limit: TableExport.page)
            guard let last = costs.last else { return }
            position = last.position + 1
            for cost in costs {
                write(cost, currency, to: sink)
                sink.add(cost.item.net, to: net)
                sink.add(cost.item.vat, to: vat)
            }
            try await sink.flushIfFull()
        }
    }

    private func write(_ cost: ExportedCost, _ currency: Currency, to sink: TableSink) {
        let item = cost.item
        sink.writer.text(item.code)
        sink.writer.text(SchemaWords.text(CostPool(rawValue: Int(item.pool)) ?? .unspecified))
        sink.writer.text(SchemaWords.text(CostKind(rawValue: Int(item.kind)) ?? .unspecified))
        sink.writer.decimal(item.net, scale: currency.minorDigits)
        sink.writer.decimal(item.vat, scale: currency.minorDigits)
        sink.writer.text(currency.code)
        sink.writer.text("\(item.deductibleShare.numerator)/\(item.deductibleShare.denominator)")
        sink.writer.day(item.periodStart)
        sink.writer.day(item.periodEnd)
        sink.writer.text(item.documentNumber)
        sink.writer.digest(item.documentDigest)
        sink.writer.digest(item.supplierDigest)
        sink.writer.integer(cost.position)
        if let reversed = cost.reversedAt { sink.writer.integer(reversed) } else { sink.writer.empty() }
        sink.writer.endRow()
    }

    private func consortiumCurrency() async throws -> Currency {
        try Currency(
            try await reader.consortium(caller.consortium, name: caller.name).currency, field: "currency")
    }

    private func writeSettlements(to sink: TableSink) async throws {
        var position: Int64 = 0
        while let (found, lines) = try await reader.exportedSettlement(
            in: caller.consortium, party: question.party, at: position, knownAt: question.size)
        {
            position = found + 1
            for row in lines {
                let settlement = try Settlement(serializedBytes: row.head)
                if let period = question.period, !period.contains(settlement.period.start) { break }
                try SettlementRows(row, settlement).write(to: sink)
                try await sink.flushIfFull()
            }
        }
    }

    private func writeEntries(to sink: TableSink) async throws {
        let hasher = TreeHasher()
        var position: Int64 = 0
        while position < question.size {
            let limit = Int(min(Int64(TableExport.page), question.size - position))
            let entries = try await reader.registerEntries(caller.consortium, from: position, limit: limit)
            guard !entries.isEmpty else { throw Failure(.internal, "the register has no entry \(position)") }
            for bytes in entries {
                try write(bytes, leaf: hasher.leaf(bytes), to: sink)
                try await sink.flushIfFull()
            }
            position += Int64(entries.count)
        }
    }

    private func write(_ bytes: [UInt8], leaf: Hash, to sink: TableSink) throws {
        let entry = try RegisterEntry(serializedBytes: bytes)
        sink.writer.integer(entry.position)
        sink.writer.instant(try Instant(seconds: entry.recordedMicros / 1_000_000, field: "recorded_micros"))
        sink.writer.text(String(entry.actor.party.split(separator: "/").last ?? ""))
        sink.writer.text(SchemaWords.text(entry.actor.role))
        sink.writer.bytes(Array(entry.actor.credentialSha256))
        sink.writer.text(entry.requestID)
        sink.writer.text(entry.change?.kind ?? "")
        sink.writer.bytes(leaf.bytes)
        sink.writer.bytes(bytes)
        sink.writer.endRow()
    }
}

extension TableWriter {
    /// A day of a message, or no value.
    fileprivate mutating func day(_ day: API.CivilDate, isSet: Bool) {
        let value = Domain.CivilDate(year: Int(day.year), month: Int(day.month), day: Int(day.day))
        if isSet, let value { self.day(value) } else { empty() }
    }

    /// A digest, or no value.
    fileprivate mutating func digest(_ bytes: [UInt8]) {
        if bytes.isEmpty { empty() } else { self.bytes(bytes) }
    }
}

extension PoolAllocation {
    /// Components and steps, each with the name of what it is and the rule as JSON.
    fileprivate func parts() throws -> [(part: String, rule: String)] {
        var parts = try components.map { ("component", try $0.jsonString()) }
        for step in steps {
            let name =
                switch step.step {
                case .precharge: "precharge"
                case .fixed: "fixed"
                case .cap: "cap"
                case .floor: "floor"
                case .exempt: "exempt"
                case nil: ""
                }
            parts.append((name, try step.jsonString()))
        }
        return parts
    }
}

extension Domain.DateRange {
    fileprivate func contains(_ day: API.CivilDate) -> Bool {
        guard let day = Domain.CivilDate(year: Int(day.year), month: Int(day.month), day: Int(day.day)) else {
            return false
        }
        return start <= day && (end.map { day < $0 } ?? true)
    }
}
