internal import Domain
internal import Register
internal import Store
internal import UsageWire

/// Goes over the records of a batch once: checks each, writes its line, commits to it, lays its row out and adds it to
/// its bucket.
struct UsageLayoutBuilder {
    /// A record that is in order, and what it is about.
    private struct Candidate {
        let metric: UsageContext.Metric
        let party: UsageContext.Party
        let key: UsageKey
        let quantity: Int64
    }

    private let context: UsageContext
    private let number: Int64
    private let hasher: TreeHasher
    private let now = Clock.microseconds() / 1_000_000
    private var line = UsageLine()
    private var verdicts = UsageVerdicts()
    private var buckets = UsageBuckets()
    private var corrected: Int64 = 0
    private var standing: [UsageKey: UsageMerge.Stored] = [:]

    init(context: UsageContext, number: Int64, hasher: TreeHasher) {
        self.context = context
        self.number = number
        self.hasher = hasher
    }

    /// The keys of the records that are in order, and for each the source where its metric adds sources up.
    func keys(of batch: borrowing UsageBatch) -> (keys: [UsageKey], sourceKeys: [Int32]) {
        var keys: [UsageKey] = []
        var sourceKeys: [Int32] = []
        for index in 0..<batch.count {
            guard case .success(let candidate) = check(batch[index]) else { continue }
            keys.append(candidate.key)
            sourceKeys.append(candidate.metric.sourceKey)
        }
        return (keys, sourceKeys)
    }

    /// Lays the batch out.
    ///
    /// - Parameter merge: decides where records are stored already; nil takes every record for new.
    consuming func layOut(_ batch: borrowing UsageBatch, merge: consuming UsageMerge? = nil) throws -> UsageLayout {
        let secret = BatchSecret.generate()
        let commitment = RowCommitmentBuilder(secret: secret, hasher: hasher)
        let constants = UsageRowBuffer.Constants(
            consortium: context.caller.consortium, application: context.application, batch: number)
        var months = UsageMonths(constants: constants, capacity: batch.count)
        for index in 0..<batch.count {
            switch check(batch[index]) {
            case .failure(let refusal): verdicts.reject(index, refusal.violation)
            case .success(let candidate):
                let verdict = merge?.verdict(on: candidate.key, quantity: candidate.quantity) ?? .new
                try take(candidate, verdict, at: index, commitment, &months)
            }
        }
        return try finish(commitment, secret, months, requestID: batch.requestID)
    }

    private mutating func take(
        _ candidate: Candidate, _ verdict: UsageMerge.Verdict, at index: Int, _ commitment: RowCommitmentBuilder,
        _ months: inout UsageMonths
    ) throws {
        switch verdict {
        case .unchanged(let stored):
            verdicts.leave(index)
            note(stored, candidate.key)
        case .conflict(let stored):
            verdicts.refuse(index, stored, source: context.source)
            note(stored, candidate.key)
        case .tooOftenCorrected: verdicts.reject(index, .tooOftenCorrected)
        case .new:
            try buckets.add(candidate.key, quantity: candidate.quantity, candidate.metric.aggregation)
            try store(candidate, revision: 0, replaced: nil, commitment, &months)
        case .correction(let revision, let replaced):
            corrected += 1
            // Whoever corrects it as well violates the key.
            standing[candidate.key] = nil
            try buckets.correct(
                candidate.key, quantity: candidate.quantity, replaced: replaced, candidate.metric.aggregation)
            try store(candidate, revision: revision, replaced: replaced, commitment, &months)
        }
    }

    /// Remembers what is stored by another batch.
    private mutating func note(_ stored: UsageMerge.Stored, _ key: UsageKey) {
        if stored.position >= 0 { standing[key] = stored }
    }

    private mutating func store(
        _ candidate: Candidate, revision: Int16, replaced: Int64?, _ commitment: RowCommitmentBuilder,
        _ months: inout UsageMonths
    ) throws {
        let (key, scale) = (candidate.key, candidate.metric.scale)
        line.begin(
            application: context.applicationCode, party: candidate.party.code, metric: candidate.metric.code,
            source: context.sourceCode)
        line.end(
            start: try Instant(seconds: key.start, field: "interval_start"),
            end: try Instant(seconds: key.start + Int64(key.seconds), field: "interval_end"),
            quantity: try Quantity(units: candidate.quantity, scale: scale, field: "quantity"),
            replaced: try replaced.map { units throws in try Quantity(units: units, scale: scale, field: "quantity") })
        let index = commitment.count
        commitment.append(line: line.bytes)
        try months.append(
            key, sourceKey: candidate.metric.sourceKey, index: index, revision: revision, quantity: candidate.quantity)
    }

    private func finish(
        _ commitment: RowCommitmentBuilder, _ secret: BatchSecret, _ months: UsageMonths, requestID: String
    ) throws -> UsageLayout {
        var receipt = UsageReceipt(requestID: requestID)
        receipt.recordCount = Int64(commitment.count)
        receipt.correctedCount = corrected
        receipt.unchanged = verdicts.unchanged
        receipt.conflicts = verdicts.conflicts
        receipt.rejections = verdicts.rejections
        let days = months.buffers.map(\.month)
        guard let first = days.min(), let last = days.max() else {
            return UsageLayout(months: [], row: nil, buckets: [], standing: standing, receipt: receipt)
        }
        receipt.rowRoot = commitment.root.bytes
        let row = UsageBatchRow(
            id: number, application: context.application, source: context.source,
            rowCount: Int32(commitment.count), rowRoot: receipt.rowRoot, secret: secret.bytes, firstMonth: first,
            lastMonth: last)
        return UsageLayout(
            months: months.buffers, row: row, buckets: try buckets.finished(), standing: standing, receipt: receipt)
    }

    // MARK: - Checks

    private struct Refusal: Error {
        let violation: UsageViolation
    }

    private func check(_ record: UsageRecordView) -> Result<Candidate, Refusal> {
        guard let partyCode = record.partyCode else { return .failure(Refusal(violation: .partyNotText)) }
        guard let metricID = record.metricID else { return .failure(Refusal(violation: .metricNotText)) }
        guard let party = context.party(partyCode) else { return .failure(Refusal(violation: .foreignParty)) }
        guard let metric = context.metric(metricID) else { return .failure(Refusal(violation: .unknownMetric)) }
        if metric.isRetired { return .failure(Refusal(violation: .retiredMetric)) }
        if let parties = metric.parties, !parties.contains(party.id) {
            return .failure(Refusal(violation: .notAReporter))
        }
        let violation = metric.rules.violation(
            start: record.intervalStart, end: record.intervalEnd, quantity: record.quantity, now: now)
        if let violation { return .failure(Refusal(violation: violation)) }
        if record.intervalStart < context.keptFrom { return .failure(Refusal(violation: .noLongerKept)) }
        let key = UsageKey(
            metric: metric.id, party: party.id, start: record.intervalStart,
            seconds: Int32(record.intervalEnd - record.intervalStart))
        return .success(Candidate(metric: metric, party: party, key: key, quantity: record.quantity))
    }
}
