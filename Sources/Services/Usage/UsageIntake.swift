internal import API
internal import Domain
internal import Foundation
internal import Register
internal import Store
internal import UsageWire

/// Stores prepared batches, each in a transaction of its own, and answers with their receipts.
///
/// A batch is first stored as if none of its records was there yet: rows go to COPY without a look at what is stored.
/// Only where COPY meets a duplicate, or the batch corrects, what is stored is read and the batch laid out again
/// (docs/decisions/0030).
struct UsageIntake: Sendable {
    /// How often another batch with the same records may come in between before the caller is told to try later.
    private static let attempts = 8

    let backend: Backend

    /// Stores a batch once and returns its receipt. What was looked up for it may have changed meanwhile, then it is
    /// prepared again.
    func store(_ batch: PreparedUsageBatch, preparedBy preparation: UsagePreparation) async throws -> [UInt8] {
        var batch = batch
        for _ in 1..<UsageIntake.attempts {
            do {
                return try await store(batch)
            } catch is StaleUsageContext {
                batch = try await preparation.prepareAnew(batch)
            } catch is MissingUsagePartition {
                backend.partitions.forget()
            }
        }
        return try await store(batch)
    }

    private func store(_ batch: PreparedUsageBatch) async throws -> [UInt8] {
        // Before the transaction: a new partition waits for those who hold a lock on the table.
        var partitions: [Domain.CivilDate: String] = [:]
        for month in batch.layout.months {
            partitions[month.month] = try await backend.partitions.name(for: month.month)
        }
        if !batch.supersedes {
            do {
                return try await store(batch, partitions) { _ in batch.layout }
            } catch let failure as Failure where failure.reason == .duplicateRecord {}
        }
        for _ in 1..<UsageIntake.attempts {
            do {
                return try await store(batch, partitions) { session in try await merged(batch, session) }
            } catch let failure as Failure where failure.reason == .duplicateRecord {}
        }
        throw Failure(.conflict, "other batches with the same records are being stored; repeat the call")
    }

    /// Stores what `layOut` makes of the batch, unless an earlier call has.
    private func store(
        _ batch: PreparedUsageBatch, _ partitions: [Domain.CivilDate: String],
        _ layOut: (Session) async throws -> UsageLayout
    ) async throws -> [UInt8] {
        try await backend.store.write(as: batch.context.caller.principal) { session in
            if let receipt = try await session.firstAnswer(to: batch.stamp.id, digest: batch.stamp.digest) {
                return UsageReceipt.replayed(receipt)
            }
            let layout = try await layOut(session)
            // Nothing has changed, so nothing is remembered: what stood in the way may be gone the next time.
            guard let row = layout.row else { return layout.receipt.serialized() }
            for month in layout.months { try await session.copy(month, into: partitions[month.month] ?? "") }
            return try await enter(layout, row, batch, session)
        }
    }

    /// The batch as laid out on what is stored.
    private func merged(_ batch: PreparedUsageBatch, _ session: Session) async throws -> UsageLayout {
        let context = batch.context
        let builder = UsageLayoutBuilder(context: context, number: batch.number, hasher: TreeHasher())
        let (keys, sourceKeys) = try UsageBatch.withDecoded(batch.message) { builder.keys(of: $0) }
        let known = try await session.storedUsage(
            keys, sourceKeys: sourceKeys, application: context.application, in: context.caller.consortium)
        let merge = UsageMerge(known: known, source: context.source, supersedes: batch.supersedes)
        return try UsageBatch.withDecoded(batch.message) { try builder.layOut($0, merge: merge) }
    }

    /// After COPY: the register's lock is taken last and held for the shortest time.
    private func enter(
        _ layout: UsageLayout, _ row: UsageBatchRow, _ batch: PreparedUsageBatch, _ session: Session
    ) async throws -> [UInt8] {
        let caller = batch.context.caller
        let head = try await session.head(of: caller.consortium)
        try await requireStanding(layout, batch, session)
        if batch.context.isNewSource { try await storeSource(of: batch, session) }
        var receipt = layout.receipt
        let state = try await session.insert(row, in: caller.consortium, recordedFrom: head.nextPosition)
        guard state.settings == batch.context.settings else { throw StaleUsageContext() }
        if state.isLate {
            receipt.late = try await bookLate(layout, row, caller.consortium, head.nextPosition, session)
        }
        try await session.addToRollups(layout.buckets, of: row, in: caller.consortium)
        var change = UsageBatchRecorded()
        change.application = batch.context.parent
        change.sourceID = String(decoding: batch.context.sourceCode, as: UTF8.self)
        change.rowCount = Int64(row.rowCount)
        change.rowRoot = .init(row.rowRoot)
        change.correctedCount = layout.receipt.correctedCount
        receipt.registerPosition = try head.append(
            .usageBatchRecorded(change), to: caller.name, by: caller.principal, for: batch.stamp)
        let answer = receipt.serialized()
        try await session.remember(batch.stamp.id, digest: batch.stamp.digest, answer: answer)
        return answer
    }

    /// Under the register's lock nothing is stored but by this batch: what stands in the way of records must be what it
    /// was when the batch was laid out, or the receipt would not be what the order of the register says.
    private func requireStanding(_ layout: UsageLayout, _ batch: PreparedUsageBatch, _ session: Session) async throws {
        guard !layout.standing.isEmpty else { return }
        let context = batch.context
        let sourceKeys = Dictionary(uniqueKeysWithValues: context.metrics.map { ($0.id, $0.sourceKey) })
        let keys = Array(layout.standing.keys)
        let now = try await session.storedUsage(
            keys, sourceKeys: keys.map { sourceKeys[$0.metric] ?? 0 }, application: context.application,
            in: context.caller.consortium)
        guard now == layout.standing else {
            throw Failure(.duplicateRecord, "a usage record of the batch was corrected meanwhile")
        }
    }

    /// A source is stored with its first batch, so that a batch that is refused leaves nothing behind.
    private func storeSource(of batch: PreparedUsageBatch, _ session: Session) async throws {
        let context = batch.context
        let stored = try await session.insertUsageSource(
            String(decoding: context.sourceCode, as: UTF8.self), as: context.source, in: context.caller.consortium)
        guard stored == context.source else { throw StaleUsageContext() }
    }

    /// Books what lies in closed periods on the first open day (U3). The register's lock keeps periods as they are.
    private func bookLate(
        _ layout: UsageLayout, _ row: UsageBatchRow, _ consortium: Int32, _ position: Int64, _ session: Session
    ) async throws -> [UsageReceipt.Late] {
        let calendar = try PeriodCalendar(try await session.periods(in: consortium))
        var rows: [(bucket: UsageBuckets.Row, bookedOn: Domain.CivilDate)] = []
        var late: [UsageReceipt.Late] = []
        for bucket in layout.buckets where bucket.grain == .day {
            guard let day = Domain.CivilDate(daysSinceEpoch: Int(bucket.bucket)), calendar.isClosed(day) else {
                continue
            }
            let bookedOn = calendar.firstOpenDay(from: day)
            rows.append((bucket, bookedOn))
            // Buckets come by ascending days, each day's together.
            if late.last?.day == day.description {
                late[late.count - 1].recordCount += bucket.stored
            } else {
                late.append(.init(day: day.description, bookedOn: bookedOn.description, recordCount: bucket.stored))
            }
        }
        if !rows.isEmpty {
            try await session.insertLate(rows, of: row, in: consortium, recordedFrom: position)
        }
        return late
    }
}
