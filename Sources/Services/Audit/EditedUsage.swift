internal import Domain
internal import Register
internal import Store

/// Looks for the rows of a batch whose quantities were edited: one of each day whose sum differs from its rollup, or
/// none of it where another batch's row was, such that the batch has its root again.
struct EditedUsage {
    struct Edit {
        let row: Int
        /// Quantities in units of the metric's last decimal.
        let original: Int64
        let stored: Int64
        /// The row's leaf before.
        let leaf: Hash
    }

    /// Hashes that are computed at most; beyond it the batch alone is named.
    private static let maximumHashes = 20_000_000

    private let hasher = TreeHasher()
    /// Leaves of the rows as they are stored.
    private var leaves: [Hash] = []
    /// What may have been edited, by day.
    private var candidates: [[Edit]] = []

    init(
        _ batch: UsageBatchHead, _ rows: StoredUsageRows, _ differences: [[(row: Int, difference: Int64)]],
        _ members: UsageMembers
    ) throws {
        var records: [StoredUsage] = []
        for index in 0..<rows.count {
            let record = try rows[index]
            records.append(record)
            // A row that was made to name what is not there has no leaf.
            leaves.append((try? members.leaf(of: record, in: batch, using: hasher)) ?? .zero)
        }
        for day in differences {
            var edits: [Edit] = []
            for (row, difference) in day where records.indices.contains(row) {
                var record = records[row]
                let (original, overflow) = record.quantity.subtractingReportingOverflow(difference)
                guard !overflow, original >= 0 else { continue }
                let stored = record.quantity
                record.quantity = original
                guard let leaf = try? members.leaf(of: record, in: batch, using: hasher) else { continue }
                edits.append(Edit(row: row, original: original, stored: stored, leaf: leaf))
            }
            candidates.append(edits)
        }
    }

    /// The edits that explain why the rows have another root; nil where none of the choices does, or they are too many.
    func edits(leadingTo root: Hash) -> [Edit]? {
        let hashes = candidates.reduce(leaves.count) { $0 > Self.maximumHashes ? $0 : $0 * ($1.count + 1) }
        guard hashes <= Self.maximumHashes else { return nil }
        return search(candidates[...], leaves, [], root)
    }

    private func search(_ days: ArraySlice<[Edit]>, _ leaves: [Hash], _ edits: [Edit], _ root: Hash) -> [Edit]? {
        guard let day = days.first else {
            var tree = Frontier()
            for leaf in leaves { tree.append(leaf, using: hasher) }
            return !edits.isEmpty && tree.root(using: hasher) == root ? edits : nil
        }
        for edit in day {
            var changed = leaves
            changed[edit.row] = edit.leaf
            if let found = search(days.dropFirst(), changed, edits + [edit], root) { return found }
        }
        return search(days.dropFirst(), leaves, edits, root)
    }
}
