internal import Domain
internal import Register
internal import Store
internal import UsageWire

/// Turns the messages of one stream into batches that are ready to store: decoded, checked, hashed and laid out for
/// COPY in one pass over the records. An actor, because the next batch is prepared while the last one is stored; like
/// all default actors it runs on the loop of the task that calls it.
actor UsagePreparation {
    private let backend: Backend
    private let principal: Principal
    private let reader = UsageBatchReader()
    private let hasher = TreeHasher()
    private var line = UsageLine()
    private var context: UsageContext?

    init(backend: Backend, principal: Principal) {
        self.backend = backend
        self.principal = principal
    }

    /// Checks a message and prepares its batch.
    ///
    /// - Throws: `Failure` that names the first wrong field, for example records[17].metric_id.
    func prepare(_ message: [UInt8]) async throws -> PreparedUsageBatch {
        let header = try reader.header(of: message)
        let stamp = try RequestStamp(header.requestID, digestOf: message)
        let context = try await context(parent: header.parent, source: header.sourceID)
        let batch = try await backend.store.reader(principal).nextUsageBatch()
        return try prepare(message, stamp, context, batch: batch)
    }

    private func context(parent: String, source: String) async throws -> UsageContext {
        if let context, context.parent == parent, context.sourceCode.elementsEqual(source.utf8) { return context }
        let fresh = try await UsageContext(parent: parent, source: source, backend: backend, principal: principal)
        context = fresh
        return fresh
    }

    private func prepare(
        _ message: [UInt8], _ stamp: RequestStamp, _ context: UsageContext, batch: Int64
    ) throws -> PreparedUsageBatch {
        let secret = BatchSecret.generate()
        let commitment = RowCommitmentBuilder(secret: secret, hasher: hasher)
        let constants = UsageRowBuffer.Constants(
            consortium: context.caller.consortium, application: context.application, source: context.source,
            batch: batch)
        var months = UsageMonths(constants: constants)
        try reader.withRecords(of: message) { records in
            guard (1...Limits.usageBatch).contains(records.count) else { throw UsageFailure.size(records.count) }
            for index in 0..<records.count {
                let record = try records[index]
                let metric = try check(record, at: index, in: context)
                line.begin(
                    application: context.applicationCode, party: record.partyCode, metric: metric.code,
                    source: context.sourceCode)
                line.end(
                    start: record.intervalStart, end: record.intervalEnd, quantity: record.quantity,
                    scale: metric.scale)
                commitment.append(line: line.bytes)
                try months.append(record, metric: metric.id, party: principal.partyID, index: index)
            }
        }
        let row = UsageBatchRow(
            id: batch, application: context.application, source: context.source, rowCount: Int32(commitment.count),
            rowRoot: commitment.root.bytes, secret: secret.bytes, firstMonth: months.first, lastMonth: months.last)
        return PreparedUsageBatch(context: context, stamp: stamp, months: months.buffers, row: row, message: message)
    }

    private func check(
        _ record: borrowing UsageRecordView, at index: Int, in context: UsageContext
    ) throws -> UsageContext.Metric {
        guard record.partyCode.elementsEqual(principal.partyCode.utf8) else {
            throw UsageFailure.foreignParty(index, own: principal.partyCode)
        }
        guard let metric = context.metric(record.metricID) else {
            throw UsageFailure.unknownMetric(index, String(decoding: record.metricID, as: UTF8.self), in: context.parent)
        }
        let (start, end) = (record.intervalStart, record.intervalEnd)
        guard UsageMonths.instants.contains(start), UsageMonths.instants.contains(end) else {
            throw UsageFailure.field(index, "interval_start", "must lie between the years 1970 and 2199")
        }
        guard end > start, end - start <= Limits.usageInterval else {
            throw UsageFailure.field(index, "interval_end", "must lie after the start, by 366 days at most")
        }
        guard record.quantity >= 0 else { throw UsageFailure.field(index, "quantity", "must not be negative") }
        return metric
    }
}
