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
        let number = try await backend.store.reader(principal).nextUsageBatch()
        if let context, let batch = try UsageFailure.mapping({ try prepare(message, in: context, number: number) }) {
            return batch
        }
        // The first batch of a stream, or one for another application: look its names up, then read it again.
        let (parent, source) = try UsageFailure.mapping {
            try UsageBatch.withDecoded(message) { ($0.parent, $0.sourceID) }
        }
        let fresh = try await UsageContext(parent: parent, source: source, backend: backend, principal: principal)
        context = fresh
        guard let batch = try UsageFailure.mapping({ try prepare(message, in: fresh, number: number) }) else {
            throw Failure(.internal, "a batch does not fit the context that was made for it")
        }
        return batch
    }

    /// The batch, or nil when it is for another application or source than the context.
    private func prepare(
        _ message: [UInt8], in context: UsageContext, number: Int64
    ) throws -> PreparedUsageBatch? {
        try UsageBatch.withDecoded(message) { batch in
            guard batch.parent == context.parent, batch.sourceID.utf8.elementsEqual(context.sourceCode) else {
                return nil
            }
            let stamp = try RequestStamp(batch.requestID, digestOf: message)
            guard (1...Limits.usageBatch).contains(batch.count) else { throw UsageFailure.size(batch.count) }
            let secret = BatchSecret.generate()
            let commitment = RowCommitmentBuilder(secret: secret, hasher: hasher)
            let months = try layOut(batch, in: context, number: number, commitment)
            let row = UsageBatchRow(
                id: number, application: context.application, source: context.source, rowCount: Int32(batch.count),
                rowRoot: commitment.root.bytes, secret: secret.bytes, firstMonth: months.first, lastMonth: months.last)
            return PreparedUsageBatch(
                context: context, stamp: stamp, months: months.buffers, row: row, message: message)
        }
    }

    /// One pass over the records: check, write the line, commit to it, lay the row out.
    private func layOut(
        _ batch: borrowing UsageBatch, in context: UsageContext, number: Int64, _ commitment: RowCommitmentBuilder
    ) throws -> UsageMonths {
        let constants = UsageRowBuffer.Constants(
            consortium: context.caller.consortium, application: context.application, source: context.source,
            batch: number)
        var months = UsageMonths(constants: constants, capacity: batch.count)
        for index in 0..<batch.count {
            let record = batch[index]
            let (metric, start, end, quantity) = try check(record, at: index, in: context)
            line.begin(
                application: context.applicationCode, party: record.partyCode, metric: metric.code,
                source: context.sourceCode)
            line.end(start: start, end: end, quantity: quantity)
            commitment.append(line: line.bytes)
            try months.append(record, metric: metric.id, party: principal.partyID, index: index)
        }
        return months
    }

    private func check(
        _ record: UsageRecordView, at index: Int, in context: UsageContext
    ) throws -> (UsageContext.Metric, Instant, Instant, Quantity) {
        guard record.partyCode.elementsEqual(principal.partyCode.utf8) else {
            throw UsageFailure.foreignParty(index, own: principal.partyCode)
        }
        guard let metric = context.metric(record.metricID) else {
            throw UsageFailure.unknownMetric(
                index, String(decoding: record.metricID, as: UTF8.self), in: context.parent)
        }
        guard UsageMonths.instants.contains(record.intervalStart), UsageMonths.instants.contains(record.intervalEnd),
            let start = Instant(seconds: record.intervalStart), let end = Instant(seconds: record.intervalEnd)
        else { throw UsageFailure.field(index, "interval_start", "must lie between the years 1970 and 2199") }
        guard end > start, end.seconds - start.seconds <= Limits.usageInterval else {
            throw UsageFailure.field(index, "interval_end", "must lie after the start, by 366 days at most")
        }
        guard record.quantity >= 0 else { throw UsageFailure.field(index, "quantity", "must not be negative") }
        return (metric, start, end, try Quantity(units: record.quantity, scale: metric.scale, field: "quantity"))
    }
}
