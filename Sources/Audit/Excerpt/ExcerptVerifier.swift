internal import API
internal import Register
internal import TLS

/// Verifies an excerpt with nothing but the register's public key: no network, no database.
///
/// The signature covers the root; entries that are shown and hashes in place of the others give that root; the entry of
/// a usage batch covers its rows, shown or hashed. Whether there are more rows that fit the selection is not proven.
///
/// Not Sendable: it belongs to the task that reads the excerpt. It needs the memory of its largest member.
final class ExcerptVerifier {
    private struct Member {
        let name: String
        var content: [UInt8] = []
    }

    private static let maximumMembers = 4_000_000
    private static let maximumBytes = 256 << 20

    private let keys: [VerificationKey]
    private let expectedRegister: String?

    private var reader = TarReader(maximumMembers: ExcerptVerifier.maximumMembers)
    private let hasher = TreeHasher()
    private let preimage = RowPreimage()
    private var findings = Findings()
    private var ledger = BundleLedger()
    private var bytesDone = 0
    /// Whether something broke without which nothing behind it can be judged.
    private var isStopped = false

    private var readme: [UInt8] = []
    private var checkpoint: CheckpointCheck?
    private var selection: UsageSelection?
    private var scanner: ExcerptScanner
    private var current: Member?
    /// Members that are complete.
    private var done = 0
    private var rowCount = 0

    init(keys: [VerificationKey], register: String?) {
        self.keys = keys
        expectedRegister = register
        scanner = ExcerptScanner(register: "", hasher: hasher)
    }

    func feed(_ bytes: UnsafeRawBufferPointer) {
        bytesDone += bytes.count
        guard !isStopped else { return }
        do {
            try reader.feed(bytes) { take($0) }
        } catch {
            stop(current?.name ?? "the archive", String(describing: error))
        }
    }

    func finish() -> VerificationReport {
        if !isStopped {
            do throws(TarError) {
                try reader.finish()
                if let expected { findings.fail(expected, "is missing") }
            } catch {
                stop(current?.name ?? "the archive", "\(error); the rest is missing")
            }
        }
        return VerificationReport(
            failures: findings.failures, failureCount: findings.failureCount, notes: findings.notes,
            register: checkpoint?.register ?? "", selection: selection ?? UsageSelection(),
            size: checkpoint?.checkpoint.size ?? 0, newestMicros: scanner.newestMicros,
            root: checkpoint?.checkpoint.root,
            signers: checkpoint?.signers ?? [],
            entries: scanner.counts.sorted { $0.key < $1.key }.map { .init(kind: $0.key, count: $0.value) },
            batches: max(0, min(done - Self.leading, scanner.batches.count)), rows: rowCount, settlements: 0,
            usage: ledger.usageSums, settlementTotals: [], byteCount: bytesDone)
    }

    /// Members before those of usage.
    private static let leading = 5

    /// The member that must come now; nil behind the last.
    private var expected: String? {
        switch done {
        case 0: BundleFormat.readmeName
        case 1: BundleFormat.checkpointName
        case 2: ExcerptFormat.selectionName
        case 3: ExcerptFormat.nodesName
        case 4: BundleFormat.entriesName
        case ..<(Self.leading + scanner.batches.count): scanner.batches[done - Self.leading].name
        case Self.leading + scanner.batches.count: BundleFormat.manifestName
        default: nil
        }
    }

    private func stop(_ place: String, _ reason: String) {
        findings.fail(place, reason)
        findings.note("nothing behind this was checked: \(place)")
        isStopped = true
    }

    private func take(_ event: TarEvent) {
        guard !isStopped else { return }
        switch event {
        case .member(let name, let size):
            guard let expected else { return stop(name, "stands behind the manifest, which must be the last member") }
            guard name == expected else { return stop(name, "stands where \(expected) must come") }
            guard size <= Self.maximumBytes else { return stop(name, "has \(size) bytes, more than it can have") }
            current = Member(name: name)
        case .content(let bytes): current?.content.append(contentsOf: bytes)
        case .endOfMember:
            guard let member = current else { return }
            current = nil
            take(member)
            done += 1
        }
    }

    private func take(_ member: Member) {
        let content = member.content
        var rows: Int?
        switch done {
        case 0: readme = content
        case 1: takeCheckpoint(content)
        case 2: takeSelection(content)
        case 3: rows = takeNodes(content)
        case 4: rows = takeEntries(content)
        case Self.leading + scanner.batches.count: return takeManifest(content)
        default: rows = takeUsage(content, of: scanner.batches[done - Self.leading])
        }
        let digest = content.withUnsafeBytes { hasher.hash($0) }
        ledger.add(member.name, bytes: content.count, rows: rows, sha256: digest)
    }

    private func takeCheckpoint(_ note: [UInt8]) {
        checkpoint = CheckpointCheck(note, keys: keys, register: expectedRegister, findings: &findings)
        guard let checkpoint else {
            isStopped = true
            findings.note("nothing behind this was checked: \(BundleFormat.checkpointName)")
            return
        }
        scanner = ExcerptScanner(register: checkpoint.register, hasher: hasher)
        if readme != ExcerptFormat.readme(register: checkpoint.register, size: checkpoint.checkpoint.size) {
            findings.fail(
                BundleFormat.readmeName, "the text is not the one of an excerpt of this register and size")
        }
    }

    private func takeSelection(_ content: [UInt8]) {
        selection = UsageSelection(content)
        if selection == nil { stop(ExcerptFormat.selectionName, "is not a selection in its one form") }
    }

    private func takeNodes(_ content: [UInt8]) -> Int {
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard content.starts(with: ExcerptFormat.nodesHeader), lines.last?.isEmpty == true else {
            stop(ExcerptFormat.nodesName, "has not its header, or does not end with CR LF")
            return 0
        }
        var nodes: [CompactRange.Node] = []
        for (index, line) in lines.dropFirst().dropLast().enumerated() {
            guard let node = line.withUnsafeBytes({ Self.node($0) }) else {
                stop("\(ExcerptFormat.nodesName) line \(index + 1)", "the line is not the hash of a subtree")
                return 0
            }
            nodes.append(node)
        }
        scanner.nodes = nodes[...]
        return nodes.count
    }

    private static func node(_ line: UnsafeRawBufferPointer) -> CompactRange.Node? {
        guard line.last == UInt8(ascii: "\r") else { return nil }
        var rest = UnsafeRawBufferPointer(rebasing: line.dropLast())
        guard let first = UsageColumns.next(&rest).flatMap(ExcerptMemberCheck.number),
            let count = UsageColumns.next(&rest).flatMap(ExcerptMemberCheck.number), count.nonzeroBitCount == 1,
            first & (count - 1) == 0, !first.addingReportingOverflow(count).overflow,
            let hash = ExcerptMemberCheck.hash(rest)
        else { return nil }
        let level = count.trailingZeroBitCount
        return CompactRange.Node(address: NodeAddress(level: level, index: first >> level), hash: hash)
    }

    private func takeEntries(_ content: [UInt8]) -> Int {
        guard let checkpoint = checkpoint?.checkpoint else { return 0 }
        let name = BundleFormat.entriesName
        var (count, failure) = (0, String?.none)
        content.withUnsafeBytes { bytes in
            var frames = EntryFrames()
            do {
                try frames.feed(bytes) { entry in
                    guard failure == nil else { return }
                    do throws(EntryError) {
                        try scanner.append(entry)
                        count += 1
                    } catch {
                        failure = error.description
                    }
                }
                try frames.finish()
            } catch {
                failure = failure ?? String(describing: error)
            }
        }
        if let failure {
            stop("\(name) entry number \(count + 1)", failure)
        } else if !scanner.fill(until: checkpoint.size) || !scanner.nodes.isEmpty {
            stop(
                ExcerptFormat.nodesName,
                "entries and hashes do not lead to the \(checkpoint.size) entries that the checkpoint counts")
        } else if scanner.root != checkpoint.root {
            findings.fail(
                name,
                "entries and hashes have the root \(scanner.root), the checkpoint states \(checkpoint.root): an entry, "
                    + "or a hash in \(ExcerptFormat.nodesName), was changed")
        }
        return count
    }

    private func takeUsage(_ content: [UInt8], of batch: BundleBatch) -> Int {
        var check = ExcerptMemberCheck(
            batch: batch, selection: selection ?? UsageSelection(), scales: scanner.scales, hasher: hasher,
            preimage: preimage)
        content.withUnsafeBytes { check.run($0, findings: &findings) }
        for sum in check.sums { ledger.add(sum, application: batch.applicationCode) }
        rowCount += check.rowCount
        return check.rowCount
    }

    private func takeManifest(_ content: [UInt8]) {
        guard let checkpoint else { return }
        // Sums and digests over what is broken would only repeat in other words that it is.
        guard findings.failureCount == 0 else {
            findings.note("manifest.json was not compared, as members before it are broken")
            return
        }
        let expected = ledger.manifest(
            register: checkpoint.register, size: checkpoint.checkpoint.size, root: checkpoint.checkpoint.root,
            kind: .excerpt)
        ManifestCheck.run(content, expected: expected, findings: &findings)
    }
}
