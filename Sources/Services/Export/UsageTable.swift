internal import Audit
internal import Domain
internal import Store

/// Usage as an export has it: batch by batch in the order of the register, each in its own order.
struct UsageTable {
    /// Batches whose heads are read at once.
    private static let page = 200

    let reader: ReportReader
    let question: TableQuestion

    private var consortium: Int32 { question.caller.consortium }

    func write(to sink: TableSink) async throws {
        let names = try await UsageNames(reader: reader, consortium: consortium)
        var position: Int64 = 0
        while true {
            let batches = try await reader.exportedBatches(
                in: consortium, application: question.application?.id, days: question.period, from: position,
                until: question.size, limit: UsageTable.page)
            guard let last = batches.last else { return }
            position = last.position + 1
            try await UsageReadAhead(reader: reader, consortium: consortium).forEach(batches) { batch, rows in
                try await write(rows, of: batch, names, to: sink)
            }
        }
    }

    private func write(
        _ rows: StoredUsageRows, of batch: UsageBatchHead, _ names: UsageNames, to sink: TableSink
    ) async throws {
        // Of a batch that speaks of several parties, a party sees but its own rows, and not how many there are. Of one
        // that goes beyond the wanted days some rows may be gone that are not asked for.
        if let count = batch.rowCount, question.seesWholeBatches, question.period == nil, rows.count != count {
            throw await NoLongerKept.failure(question.digest, in: consortium, reader)
        }
        let application = try names.application(batch.application)
        let source = Array(batch.sourceCode.utf8)
        let range = question.period.map { $0.instants }
        let slots = application.metrics.map {
            sink.slot("quantity", "\(application.name)/\($0.code)", scale: Int($0.scale))
        }
        for index in 0..<rows.count {
            let record = try rows[index]
            if let range, !range.contains(record.start) { continue }
            guard let metric = application.metrics.firstIndex(where: { $0.id == record.metric }),
                let party = names.parties[record.party],
                let start = Instant(seconds: record.start), let end = Instant(seconds: record.end)
            else { throw Failure(.internal, "row \(index) of batch \(batch.id) cannot be read") }
            if let wanted = question.party, !party.elementsEqual(wanted.utf8) { continue }
            sink.writer.text(application.code)
            sink.writer.text(party)
            sink.writer.text(application.metricCodes[metric])
            sink.writer.text(source)
            sink.writer.instant(start)
            sink.writer.instant(end)
            sink.writer.decimal(record.quantity, scale: Int(application.metrics[metric].scale))
            if let replaced = record.replaced {
                sink.writer.decimal(replaced, scale: Int(application.metrics[metric].scale))
            } else {
                sink.writer.empty()
            }
            sink.writer.integer(batch.position)
            sink.writer.integer(Int64(record.index))
            sink.writer.endRow()
            sink.add(record.quantity - (record.replaced ?? 0), to: slots[metric])
            try await sink.flushIfFull()
        }
    }
}

/// Names of what a consortium's usage refers to by number.
struct UsageNames: Sendable {
    struct Application: Sendable {
        let name: String
        let code: [UInt8]
        let metrics: [MetricRow]
        let metricCodes: [[UInt8]]
    }

    /// By surrogate.
    let applications: [Int32: Application]
    /// Codes by surrogate.
    let parties: [Int32: [UInt8]]

    init(reader: some Reader, consortium: Int32) async throws {
        var applications: [Int32: Application] = [:]
        for row in try await reader.applications(in: consortium) {
            let metrics = try await reader.metrics(of: row.id, in: consortium)
            applications[row.id] = Application(
                name: row.code, code: Array(row.code.utf8), metrics: metrics,
                metricCodes: metrics.map { Array($0.code.utf8) })
        }
        self.applications = applications
        parties = try await reader.partyCodes(of: consortium).mapValues { Array($0.utf8) }
    }

    func application(_ id: Int32) throws -> Application {
        guard let application = applications[id] else {
            throw Failure(.internal, "usage belongs to application \(id), which is not there")
        }
        return application
    }
}

extension Domain.DateRange {
    /// Seconds since 1970-01-01T00:00:00Z from the first day's begin to the end, in UTC.
    fileprivate var instants: Range<Int64> {
        let start = Int64(start.daysSinceEpoch) * 86_400
        return start..<(end.map { Int64($0.daysSinceEpoch) * 86_400 } ?? .max)
    }
}
