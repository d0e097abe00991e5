public import Register

/// Writes the rows of one batch after another as members of a bundle, with salt and hash behind each row.
///
/// Not Sendable: it belongs to the task that exports.
public final class UsageMemberWriter {
    private let hasher: TreeHasher
    /// Of the member at hand; nil before the first `begin`.
    private var commitment: RowCommitmentBuilder?
    private var sums: [UsageSum] = []
    private var content: [UInt8] = []
    /// ",salt,hash" and the line end of the row at hand; the fixed characters are set once.
    private let tail: UnsafeMutableRawBufferPointer

    /// A writer that shares the hasher of its task.
    public init(hasher: TreeHasher = TreeHasher()) {
        self.hasher = hasher
        tail = .allocate(byteCount: RowTail.byteCount + CSVText.lineEnd.count, alignment: 1)
        tail[RowTail.firstComma] = RowTail.comma
        tail[RowTail.secondComma] = RowTail.comma
        UnsafeMutableRawBufferPointer(rebasing: tail[RowTail.byteCount...]).copyBytes(from: CSVText.lineEnd)
    }

    deinit {
        tail.deallocate()
    }

    /// Begins a member for the batch with this secret, whose rows may name these metrics.
    public func begin(secret: BatchSecret, metrics: [UsageMetric]) {
        commitment = RowCommitmentBuilder(secret: secret, hasher: hasher)
        sums = metrics.map { UsageSum(metric: $0, rows: 0, quantity: 0) }
        content.removeAll(keepingCapacity: true)
        content.append(contentsOf: BundleFormat.usageHeader)
    }

    /// Appends the next row in the order of the batch.
    ///
    /// - Parameters:
    ///   - line: the committed line, eight columns without line end.
    ///   - metric: index into the metrics that `begin` was given.
    ///   - quantity: what the line says, in units of 10^-scale of the metric.
    ///   - replaced: quantity of the record that it supersedes; nil where it is the first of its key.
    public func append(line: UnsafeRawBufferPointer, metric: Int, quantity: Int64, replaced: Int64? = nil) {
        guard let commitment else { preconditionFailure("a member must be begun before it gets rows") }
        let leaf = commitment.append(line: line)
        sums[metric].add(quantity, replacing: replaced)
        commitment.salt.withUnsafeBytes {
            HexTable.encode($0, into: UnsafeMutableRawBufferPointer(rebasing: tail[RowTail.salt]))
        }
        leaf.withUnsafeBytes {
            HexTable.encode($0, into: UnsafeMutableRawBufferPointer(rebasing: tail[RowTail.hash]))
        }
        content.append(contentsOf: line)
        content.append(contentsOf: UnsafeRawBufferPointer(tail))
    }

    /// As the other form, for a line in an array.
    public func append(line: [UInt8], metric: Int, quantity: Int64, replaced: Int64? = nil) {
        line.withUnsafeBytes { append(line: $0, metric: metric, quantity: quantity, replaced: replaced) }
    }

    /// The member with the rows so far.
    public func finish() -> UsageMember {
        guard let commitment else { preconditionFailure("a member must be begun before it is finished") }
        return UsageMember(
            content: content, rowCount: commitment.count, root: commitment.root, sums: sums.filter { $0.rows > 0 })
    }
}
