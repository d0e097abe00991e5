public import Register
internal import TLS

/// Builds the audit bundle of a register piece by piece, in constant memory apart from a few facts per entry.
///
/// In this order: `begin`, `beginEntries`, `entry` for each, `endEntries`, `usage` for each of `batches`,
/// `nextSettlement` until there is none, `finish`. The pieces are the archive in the order in which they come back; for
/// the same register and checkpoint they are the same bytes. What is handed in is checked against the register, so that
/// an archive that comes to its end proves what it says.
///
/// Not Sendable: it belongs to the task that exports. Every function throws `BundleError` or `TarError`; after an error
/// the builder is of no further use.
public final class BundleBuilder {
    private enum Stage {
        case start
        case begun
        case entries(announced: Int, found: Int)
        case usage(next: Int)
        case settlements(next: Int)
        case finished
    }

    /// The state of the register that the bundle shows.
    public let checkpoint: Checkpoint
    /// SHA-256 of the manifest; nil before `finish`.
    public private(set) var manifestDigest: Hash?
    private let register: String
    private let note: [UInt8]
    private let hasher = TreeHasher()
    /// Digests of members whose content comes in parts, while `hasher` is busy with the tree.
    private let digest = SHA256Hasher()
    private var scanner: EntryScanner
    private var tar = TarWriter()
    private var ledger = BundleLedger()
    private var stage = Stage.start

    /// A builder for the register and the size of a signed checkpoint; the signature is the auditor's to verify.
    ///
    /// Throws `NoteError`, `CheckpointError` or `BundleError`.
    public init(checkpoint note: [UInt8]) throws {
        checkpoint = try Checkpoint(text: SignedNote(parsing: note).text)
        guard let register = BundleFormat.register(origin: checkpoint.origin) else {
            throw BundleError.foreignOrigin(checkpoint.origin)
        }
        self.register = register
        self.note = note
        scanner = EntryScanner(register: register, hasher: hasher)
    }

    /// The usage batches that `usage` expects, ascending; complete after `endEntries`.
    public var batches: [BundleBatch] { scanner.batches }

    /// The first members: README and checkpoint.
    public func begin() throws -> [UInt8] {
        guard case .start = stage else { throw BundleError.outOfOrder("the beginning") }
        stage = .begun
        let readme = BundleFormat.readme(register: register, size: checkpoint.size)
        return try member(BundleFormat.readmeName, readme) + member(BundleFormat.checkpointName, note)
    }

    /// Begins the member of all entries, which take so many bytes with their lengths (`framedByteCount`).
    public func beginEntries(byteCount: Int) throws -> [UInt8] {
        guard case .begun = stage else { throw BundleError.outOfOrder("the member of entries") }
        stage = .entries(announced: byteCount, found: 0)
        return try tar.begin(name: BundleFormat.entriesName, size: byteCount)
    }

    /// Appends the next entry of the register, position 0 first, to a piece that the caller collects.
    public func entry(_ canonical: [UInt8], to piece: inout [UInt8]) throws {
        guard case .entries(let announced, let found) = stage else { throw BundleError.outOfOrder("an entry") }
        do {
            try canonical.withUnsafeBytes { try scanner.append($0) }
        } catch let error as EntryError {
            throw BundleError.invalidEntry(position: scanner.size - 1, reason: error.description)
        }
        let start = piece.count
        Varint.append(canonical.count, to: &piece)
        piece.append(contentsOf: canonical)
        let count = piece.count - start
        piece.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        guard found + count <= announced else {
            throw BundleError.entriesByteCount(announced: announced, found: found + count)
        }
        try tar.wrote(count)
        stage = .entries(announced: announced, found: found + count)
    }

    /// Ends the member of entries: they must be as many as the checkpoint says and have its root.
    public func endEntries() throws {
        guard case .entries(let announced, let found) = stage else {
            throw BundleError.outOfOrder("the end of the entries")
        }
        guard found == announced else { throw BundleError.entriesByteCount(announced: announced, found: found) }
        guard scanner.size == checkpoint.size else {
            throw BundleError.entryCount(expected: checkpoint.size, found: scanner.size)
        }
        let root = scanner.root
        guard root == checkpoint.root else { throw BundleError.rootMismatch(expected: checkpoint.root, found: root) }
        var sum = Hash.zero
        sum.withUnsafeMutableBytes { output in output.baseAddress.map { digest.finish(into: $0) } }
        ledger.add(BundleFormat.entriesName, bytes: found, rows: scanner.size, sha256: sum)
        stage = .usage(next: 0)
    }

    /// The member with the rows of the next batch.
    public func usage(_ member: UsageMember) throws -> [UInt8] {
        guard case .usage(let next) = stage, next < batches.count else {
            throw BundleError.outOfOrder("a member of usage")
        }
        let batch = batches[next]
        guard member.rowCount == batch.rowCount, member.root == batch.rowRoot else {
            throw BundleError.rowsMismatch(position: batch.position)
        }
        for sum in member.sums {
            guard scanner.scales["\(batch.application)/metrics/\(sum.metric.code)"] == sum.metric.scale else {
                throw BundleError.unknownMetric(position: batch.position, metric: sum.metric.code)
            }
            ledger.add(sum, application: batch.applicationCode)
        }
        stage = .usage(next: next + 1)
        return try self.member(batch.name, member.content, rows: member.rowCount)
    }

    /// The member of the next settlement, made from its entry; nil after the last.
    public func nextSettlement() throws -> [UInt8]? {
        if case .usage(batches.count) = stage { stage = .settlements(next: 0) }
        guard case .settlements(let next) = stage else { throw BundleError.outOfOrder("a member of a settlement") }
        guard next < scanner.settlements.count else { return nil }
        stage = .settlements(next: next + 1)
        let entry = scanner.settlements[next]
        guard let settlement = entry.settlement else {
            throw BundleError.invalidEntry(position: entry.position, reason: EntryError.notAnEntry.description)
        }
        ledger.add(settlement)
        let text = SettlementCSV(settlement)
        return try member(entry.name, text.bytes, rows: text.rowCount)
    }

    /// The last member, the manifest, and the end of the archive.
    public func finish() throws -> [UInt8] {
        guard case .settlements(scanner.settlements.count) = stage else {
            throw BundleError.outOfOrder("the end of the bundle")
        }
        stage = .finished
        let manifest = ledger.manifest(register: register, size: checkpoint.size, root: checkpoint.root).bytes
        manifestDigest = manifest.withUnsafeBytes { hasher.hash($0) }
        return try member(BundleFormat.manifestName, manifest) + tar.finish()
    }

    private func member(_ name: String, _ content: [UInt8], rows: Int? = nil) throws(TarError) -> [UInt8] {
        ledger.add(name, bytes: content.count, rows: rows, sha256: content.withUnsafeBytes { hasher.hash($0) })
        var piece = try tar.begin(name: name, size: content.count)
        piece.append(contentsOf: content)
        try tar.wrote(content.count)
        return piece
    }
}
