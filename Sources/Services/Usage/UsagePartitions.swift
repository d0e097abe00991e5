internal import Domain
internal import Store
internal import Synchronization

/// Names of the partitions that are known to exist, so that a batch asks for its months only once per server.
final class UsagePartitions: Sendable {
    private let store: Store
    private let names = Mutex<[CivilDate: String]>([:])

    init(store: Store) {
        self.store = store
    }

    /// Name of the partition of a month, created when it is not there yet.
    func name(for month: CivilDate) async throws -> String {
        if let name = names.withLock({ $0[month] }) { return name }
        let name = try await store.usagePartition(for: month)
        names.withLock { $0[month] = name }
        return name
    }

    /// Creates the partitions of this month and of the next ones, so that the first batch of a month does not wait for
    /// those who use the table.
    func createAhead(of today: CivilDate) async throws {
        guard let first = CivilDate(year: today.year, month: today.month, day: 1) else { return }
        for count in 0...Limits.usageMonthsAhead {
            if let month = first.adding(months: count) { _ = try await name(for: month) }
        }
    }

    /// Asks anew for every month: a sweep has dropped one.
    func forget() {
        names.withLock { $0.removeAll() }
    }
}
