internal import Glibc
internal import Register

/// Holds the rows of one batch against its entry: hashes each, builds their tree, adds up their quantities.
///
/// The hot path of the verification: rows are looked at where they lie, and nothing is allocated for a row in order.
struct UsageMemberCheck {
    /// A row that its hash does not fit; kept until the end of the member, when it is known which of both was changed.
    private struct BrokenRow {
        let number: Int
        let stated: Hash
        let text: [UInt8]
    }

    private let batch: BundleBatch
    private let application: [UInt8]
    private let source: [UInt8]
    private let hasher: TreeHasher
    private let preimage: RowPreimage

    /// Beginning of a line whose end is still to come.
    private var pending: [UInt8] = []
    private var hasHeader = false
    private var isAbandoned = false
    private(set) var rowCount = 0
    private var tree = Frontier()
    /// The tree over the hashes as they are stated; nil as long as all of them fit their rows.
    private var statedTree: Frontier?
    private var brokenRows: [BrokenRow] = []
    private var brokenRowCount = 0
    private var failureCount = 0
    private var quantities: UsageSums

    init(batch: BundleBatch, scales: [String: Int], hasher: TreeHasher, preimage: RowPreimage) {
        self.batch = batch
        application = Array(batch.applicationCode.utf8)
        source = Array(batch.sourceID.utf8)
        quantities = UsageSums(application: batch.application, scales: scales)
        self.hasher = hasher
        self.preimage = preimage
    }

    /// Sums by metric.
    var sums: [UsageSum] { quantities.all }

    /// Takes the next bytes of the member.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, findings: inout Findings) {
        guard !isAbandoned, var start = bytes.baseAddress else { return }
        let end = start + bytes.count
        while let found = memchr(start, Int32(UInt8(ascii: "\n")), end - start) {
            let newline = UnsafeRawPointer(found)
            let piece = UnsafeRawBufferPointer(start: start, count: newline - start)
            if pending.isEmpty {
                take(line: piece, findings: &findings)
            } else {
                var whole: [UInt8] = []
                swap(&whole, &pending)
                whole.append(contentsOf: piece)
                whole.withUnsafeBytes { take(line: $0, findings: &findings) }
                whole.removeAll(keepingCapacity: true)
                swap(&whole, &pending)
            }
            start = newline + 1
            if isAbandoned { return }
        }
        pending.append(contentsOf: UnsafeRawBufferPointer(start: start, count: end - start))
        if pending.count > RowPreimage.maximumLineBytes {
            abandon("is longer than any row can be", findings: &findings)
        }
    }

    /// Compares, at the end of the member, its rows with what the entry commits to.
    mutating func finish(findings: inout Findings) {
        if isAbandoned { return }
        if !pending.isEmpty || !hasHeader {
            abandon(hasHeader ? "the last line does not end with CR LF" : "the header is missing", findings: &findings)
            return
        }
        let root = tree.root(using: hasher)
        let statedRoot = statedTree?.root(using: hasher)
        for row in brokenRows {
            var reason = "the row does not match its hash \(row.stated)"
            if statedRoot == batch.rowRoot {
                reason += ", which entry \(batch.position) commits to: the row's text or salt was changed"
            } else if root == batch.rowRoot {
                reason += ", but is the one that entry \(batch.position) commits to: the hash was changed"
            }
            row.text.withUnsafeBytes { findings.fail("\(batch.name) row \(row.number)", reason, excerpt: $0) }
        }
        for _ in brokenRows.count..<brokenRowCount { findings.fail(batch.name, "more rows do not match their hashes") }
        guard rowCount == batch.rowCount else {
            findings.fail(batch.name, "has \(rowCount) rows; entry \(batch.position) counts \(batch.rowCount)")
            return
        }
        guard root != batch.rowRoot, brokenRowCount == 0, failureCount == 0 else { return }
        findings.fail(
            batch.name,
            "the rows have the root \(root), entry \(batch.position) commits to \(batch.rowRoot): "
                + "rows were exchanged, put in another order, or changed together with their hashes")
    }

    private mutating func take(line: UnsafeRawBufferPointer, findings: inout Findings) {
        guard line.count <= RowPreimage.maximumLineBytes else {
            abandon("is longer than any row can be", findings: &findings)
            return
        }
        guard hasHeader else {
            hasHeader = true
            guard line.elementsEqual(BundleFormat.usageHeader.dropLast()) else {
                abandon("the header is not as it must be", findings: &findings)
                return
            }
            return
        }
        rowCount += 1
        guard line.last == UInt8(ascii: "\r") else {
            fail("the row does not end with CR LF", line, findings: &findings)
            return
        }
        take(row: UnsafeRawBufferPointer(rebasing: line.dropLast()), findings: &findings)
    }

    private mutating func take(row: UnsafeRawBufferPointer, findings: inout Findings) {
        guard row.count > RowTail.byteCount else {
            fail("the row is too short", row, findings: &findings)
            return
        }
        let line = UnsafeRawBufferPointer(rebasing: row[..<(row.count - RowTail.byteCount)])
        let tail = UnsafeRawBufferPointer(rebasing: row[line.count...])
        var stated = Hash.zero
        let isHash = stated.withUnsafeMutableBytes {
            HexTable.decode(UnsafeRawBufferPointer(rebasing: tail[RowTail.hash]), into: $0)
        }
        guard tail[RowTail.firstComma] == RowTail.comma, tail[RowTail.secondComma] == RowTail.comma, isHash,
            let leaf = preimage.leaf(
                line: line, salt: UnsafeRawBufferPointer(rebasing: tail[RowTail.salt]), using: hasher)
        else {
            fail("the row does not end with a salt and a hash in lower-case hexadecimal", row, findings: &findings)
            return
        }
        if leaf != stated && statedTree == nil { statedTree = tree }
        tree.append(leaf, using: hasher)
        statedTree?.append(stated, using: hasher)
        guard leaf == stated else {
            keepBroken(BrokenRow(number: rowCount, stated: stated, text: Array(row)))
            return
        }
        add(line, findings: &findings)
    }

    private mutating func keepBroken(_ row: BrokenRow) {
        brokenRowCount += 1
        if brokenRows.count < BundleVerifier.maximumFailures { brokenRows.append(row) }
    }

    private mutating func add(_ line: UnsafeRawBufferPointer, findings: inout Findings) {
        guard let columns = UsageColumns(line, application: application, source: source) else {
            fail("the row is no usage of \(batch.application) by \(batch.sourceID)", line, findings: &findings)
            return
        }
        if let reason = quantities.add(columns) { fail(reason, line, findings: &findings) }
    }

    private mutating func fail(_ reason: String, _ row: UnsafeRawBufferPointer, findings: inout Findings) {
        failureCount += 1
        findings.fail("\(batch.name) row \(rowCount)", reason, excerpt: row)
    }

    private mutating func abandon(_ reason: String, findings: inout Findings) {
        isAbandoned = true
        findings.fail(batch.name, reason)
    }
}
