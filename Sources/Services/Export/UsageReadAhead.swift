internal import Store

/// Reads the records of batches ahead of who writes them, so that the database works while rows are formatted and sent.
struct UsageReadAhead<Source: Reader & Sendable> {
    /// Batches that are read, or wait, behind the one at hand. With one alone the database would stand still from its
    /// last row until that is written, and the writer would then wait for the sorting of the next.
    private let depth = 2

    let reader: Source
    let consortium: Int32

    /// Hands the records of each batch to `body`, in the order of the batches.
    func forEach(
        _ batches: [UsageBatchHead], _ body: (UsageBatchHead, StoredUsageRows) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: (index: Int, rows: StoredUsageRows).self) { group in
            var arrived: [Int: StoredUsageRows] = [:]
            var asked = 0
            for (index, batch) in batches.enumerated() {
                while asked < min(batches.count, index + 1 + depth) {
                    group.addTask { [asked, reader, consortium] in
                        (asked, try await reader.usageRecords(of: batches[asked], in: consortium))
                    }
                    asked += 1
                }
                while arrived[index] == nil, let next = try await group.next() { arrived[next.index] = next.rows }
                if let rows = arrived.removeValue(forKey: index) { try await body(batch, rows) }
            }
        }
    }
}
