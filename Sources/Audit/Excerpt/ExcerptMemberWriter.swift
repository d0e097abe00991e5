public import Register

/// Writes the rows of one batch as a member of an excerpt: those that are shown with salt and hash, runs of all others
/// as the hashes of the subtrees over them.
///
/// Not Sendable: it belongs to the task that exports.
public final class ExcerptMemberWriter {
    private let hasher: TreeHasher
    /// Of the member at hand; nil before the first `begin`.
    private var commitment: RowCommitmentBuilder?
    private var sums: [UsageSum] = []
    private var content: [UInt8] = []
    private var shownCount = 0
    /// The rows since the last one that was shown.
    private var hidden = CompactRange()

    /// A writer that shares the hasher of its task.
    public init(hasher: TreeHasher = TreeHasher()) {
        self.hasher = hasher
    }

    /// Begins a member for the batch with this secret, whose rows may name these metrics.
    public func begin(secret: BatchSecret, metrics: [UsageMetric]) {
        commitment = RowCommitmentBuilder(secret: secret, hasher: hasher)
        sums = metrics.map { UsageSum(metric: $0, rows: 0, quantity: 0) }
        content.removeAll(keepingCapacity: true)
        content.append(contentsOf: ExcerptFormat.usageHeader)
        shownCount = 0
        hidden = CompactRange()
    }

    /// Takes the next row in the order of the batch and leaves its hash alone.
    public func hide(line: [UInt8]) {
        guard let commitment else { preconditionFailure("a member must be begun before it gets rows") }
        hidden.append(commitment.append(line: line), using: hasher)
    }

    /// Takes the next row in the order of the batch and shows it.
    ///
    /// - Parameters:
    ///   - line: the committed line, eight columns without line end.
    ///   - metric: index into the metrics that `begin` was given.
    ///   - quantity: what the line says, in units of 10^-scale of the metric.
    ///   - replaced: quantity of the record that it supersedes; nil where it is the first of its key.
    public func show(line: [UInt8], metric: Int, quantity: Int64, replaced: Int64? = nil) {
        guard let commitment else { preconditionFailure("a member must be begun before it gets rows") }
        writeHidden()
        let row = commitment.count
        let leaf = commitment.append(line: line)
        hidden = CompactRange(from: row + 1)
        sums[metric].add(quantity, replacing: replaced)
        shownCount += 1
        write(row: row, count: 1, line, salt: commitment.salt, leaf)
    }

    /// The member with the rows so far: `rowCount` is the number of those that are shown, `root` that over all.
    public func finish() -> UsageMember {
        guard let commitment else { preconditionFailure("a member must be begun before it is finished") }
        writeHidden()
        return UsageMember(
            content: content, rowCount: shownCount, root: commitment.root, sums: sums.filter { $0.rows > 0 })
    }

    private func writeHidden() {
        for node in hidden.nodes {
            let rows = node.address.leaves
            write(row: rows.lowerBound, count: rows.count, ExcerptFormat.hiddenLine, salt: nil, node.hash)
        }
    }

    private func write(row: Int, count: Int, _ line: [UInt8], salt: RowSalt?, _ hash: Hash) {
        content.append(contentsOf: String(row).utf8)
        content.append(RowTail.comma)
        content.append(contentsOf: String(count).utf8)
        content.append(RowTail.comma)
        content.append(contentsOf: line)
        content.append(RowTail.comma)
        salt?.withUnsafeBytes { HexTable.append($0, to: &content) }
        content.append(RowTail.comma)
        hash.withUnsafeBytes { HexTable.append($0, to: &content) }
        content.append(contentsOf: CSVText.lineEnd)
    }
}
