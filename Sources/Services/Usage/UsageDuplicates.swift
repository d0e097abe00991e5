internal import Domain
internal import Store
internal import UsageWire

/// Finds out which record of a refused batch is there already, so that its sender learns which and since when.
struct UsageDuplicates {
    let backend: Backend
    let batch: PreparedUsageBatch

    /// The error that names the first duplicate.
    func failure() async throws -> Failure {
        var keys: [UsageKey] = []
        let context = batch.context
        try UsageBatch.withDecoded(batch.message) { records in
            for index in 0..<records.count {
                let record = records[index]
                let metric = context.metric(record.metricID)?.id ?? 0
                keys.append(UsageKey(metric: metric, start: record.intervalStart, end: record.intervalEnd))
            }
        }
        if let index = firstRepetition(in: keys) {
            return .invalid("records[\(index)]", "repeats an earlier record of the batch", reason: .duplicateRecord)
        }
        let reader = backend.store.reader(context.caller.principal)
        let stored = try await reader.firstStored(
            keys, application: context.application, source: context.source, party: context.caller.principal.partyID,
            in: context.caller.consortium)
        guard let stored else {
            return Failure(.conflict, "another batch with the same records was stored at the same time")
        }
        return Failure.invalid(
            "records[\(stored.index)]",
            "was recorded before, with quantity \(stored.quantity), "
                + "by the batch at register position \(stored.position)",
            reason: .duplicateRecord)
    }

    private func firstRepetition(in keys: [UsageKey]) -> Int? {
        var seen: Set<UsageKey> = []
        return keys.firstIndex { !seen.insert($0).inserted }
    }
}
