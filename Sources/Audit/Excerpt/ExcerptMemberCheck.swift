internal import Glibc
internal import Register

/// Holds the rows of one batch that an excerpt shows, and the hashes in place of the others, against the batch's entry.
struct ExcerptMemberCheck {
    private struct BrokenRow {
        let number: Int
        let stated: Hash
        let text: [UInt8]
    }

    private let batch: BundleBatch
    private let selection: UsageSelection
    private let application: [UInt8]
    private let source: [UInt8]
    private let hasher: TreeHasher
    private let preimage: RowPreimage

    private var tree = CompactRange()
    /// The tree over the hashes as they are stated; nil as long as all of them fit their rows.
    private var statedTree: CompactRange?
    private var brokenRows: [BrokenRow] = []
    /// Whether a row is none that may be shown, though its hash may fit.
    private var hasFailed = false
    /// Whether a line is such that nothing behind it can be told.
    private var isAbandoned = false
    private var lines = 0
    private var quantities: UsageSums
    /// Rows that are shown.
    private(set) var rowCount = 0

    init(
        batch: BundleBatch, selection: UsageSelection, scales: [String: Int], hasher: TreeHasher, preimage: RowPreimage
    ) {
        self.batch = batch
        self.selection = selection
        application = Array(batch.applicationCode.utf8)
        source = Array(batch.sourceID.utf8)
        self.hasher = hasher
        self.preimage = preimage
        quantities = UsageSums(application: batch.application, scales: scales)
    }

    /// Sums by metric over the rows that are shown.
    var sums: [UsageSum] { quantities.all }

    /// Takes the whole member.
    mutating func run(_ content: UnsafeRawBufferPointer, findings: inout Findings) {
        guard content.starts(with: ExcerptFormat.usageHeader) else {
            findings.fail(batch.name, "the header is not as it must be")
            return
        }
        var rest = UnsafeRawBufferPointer(rebasing: content[ExcerptFormat.usageHeader.count...])
        while let start = rest.baseAddress, !rest.isEmpty {
            lines += 1
            guard let end = memchr(start, Int32(UInt8(ascii: "\n")), rest.count) else {
                abandon("the line does not end with CR LF", rest, &findings)
                return
            }
            let count = UnsafeRawPointer(end) - start
            take(line: UnsafeRawBufferPointer(start: start, count: count), &findings)
            if isAbandoned { return }
            rest = UnsafeRawBufferPointer(rebasing: rest[(count + 1)...])
        }
        finish(&findings)
    }

    private mutating func take(line: UnsafeRawBufferPointer, _ findings: inout Findings) {
        guard line.last == UInt8(ascii: "\r"), line.count <= RowPreimage.maximumLineBytes else {
            abandon("the line does not end with CR LF, or is longer than any can be", line, &findings)
            return
        }
        var row = UnsafeRawBufferPointer(rebasing: line.dropLast())
        guard let first = UsageColumns.next(&row).flatMap(Self.number), first == tree.end,
            let count = UsageColumns.next(&row).flatMap(Self.number), count > 0, first + count <= batch.rowCount
        else {
            abandon("the line is not about the row that follows", line, &findings)
            return
        }
        if row.starts(with: ExcerptFormat.hiddenStart) {
            take(hidden: row, first: first, count: count, &findings)
        } else if count == 1 {
            take(row: row, &findings)
        } else {
            abandon("the line shows one row and speaks of \(count)", line, &findings)
        }
    }

    private mutating func take(
        hidden row: UnsafeRawBufferPointer, first: Int, count: Int, _ findings: inout Findings
    ) {
        let digits = UnsafeRawBufferPointer(rebasing: row[ExcerptFormat.hiddenStart.count...])
        let level = count.trailingZeroBitCount
        guard let hash = Self.hash(digits), count == 1 << level, first.trailingZeroBitCount >= level || first == 0
        else {
            abandon("the line is not the hash of a subtree", row, &findings)
            return
        }
        let node = CompactRange.Node(address: NodeAddress(level: level, index: first >> level), hash: hash)
        _ = tree.append(node, using: hasher)
        _ = statedTree?.append(node, using: hasher)
    }

    private mutating func take(row: UnsafeRawBufferPointer, _ findings: inout Findings) {
        guard row.count > RowTail.byteCount else {
            abandon("the row is too short", row, &findings)
            return
        }
        let line = UnsafeRawBufferPointer(rebasing: row[..<(row.count - RowTail.byteCount)])
        let tail = UnsafeRawBufferPointer(rebasing: row[line.count...])
        guard tail[RowTail.firstComma] == RowTail.comma, tail[RowTail.secondComma] == RowTail.comma,
            let stated = Self.hash(UnsafeRawBufferPointer(rebasing: tail[RowTail.hash])),
            let leaf = preimage.leaf(
                line: line, salt: UnsafeRawBufferPointer(rebasing: tail[RowTail.salt]), using: hasher)
        else {
            abandon("the row does not end with a salt and a hash in lower-case hexadecimal", row, &findings)
            return
        }
        if leaf != stated && statedTree == nil { statedTree = tree }
        tree.append(leaf, using: hasher)
        statedTree?.append(stated, using: hasher)
        rowCount += 1
        guard leaf == stated else {
            if brokenRows.count < BundleVerifier.maximumFailures {
                brokenRows.append(BrokenRow(number: lines, stated: stated, text: Array(row)))
            }
            return
        }
        add(line, &findings)
    }

    private mutating func add(_ line: UnsafeRawBufferPointer, _ findings: inout Findings) {
        guard let columns = UsageColumns(line, application: application, source: source) else {
            fail("the row is no usage of \(batch.application) by \(batch.sourceID)", line, &findings)
            return
        }
        guard selection.includes(columns) else {
            fail("the row is none of those that \(ExcerptFormat.selectionName) describes", line, &findings)
            return
        }
        if let reason = quantities.add(columns) { fail(reason, line, &findings) }
    }

    private mutating func finish(_ findings: inout Findings) {
        let isStated = statedTree.map { $0.end == batch.rowCount && $0.root(using: hasher) == batch.rowRoot } ?? false
        for row in brokenRows {
            let reason =
                "the row does not match its hash \(row.stated)"
                + (isStated
                    ? ", which entry \(batch.position) commits to: the row's text or salt was changed" : "")
            row.text.withUnsafeBytes { findings.fail("\(batch.name) line \(row.number)", reason, excerpt: $0) }
        }
        guard tree.end == batch.rowCount else {
            findings.fail(batch.name, "leads to \(tree.end) rows; entry \(batch.position) counts \(batch.rowCount)")
            return
        }
        let root = tree.root(using: hasher)
        guard brokenRows.isEmpty, !hasFailed, root != batch.rowRoot else { return }
        findings.fail(
            batch.name,
            "rows and hashes have the root \(root), entry \(batch.position) commits to \(batch.rowRoot): a hash in "
                + "place of other rows was changed, or a row together with its own")
    }

    private mutating func fail(_ reason: String, _ line: UnsafeRawBufferPointer, _ findings: inout Findings) {
        hasFailed = true
        findings.fail("\(batch.name) line \(lines)", reason, excerpt: line)
    }

    private mutating func abandon(_ reason: String, _ line: UnsafeRawBufferPointer, _ findings: inout Findings) {
        isAbandoned = true
        fail(reason, line, &findings)
    }

    static func hash(_ digits: UnsafeRawBufferPointer) -> Hash? {
        guard digits.count == 2 * Hash.byteCount else { return nil }
        var hash = Hash.zero
        return hash.withUnsafeMutableBytes { HexTable.decode(digits, into: $0) } ? hash : nil
    }

    /// A whole number without sign and leading zeros.
    static func number(_ digits: UnsafeRawBufferPointer) -> Int? {
        FixedPoint.units(digits, scale: 0).map { Int($0) }
    }
}
