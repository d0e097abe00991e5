public import Register
internal import TLS

/// Builds an excerpt: the entries of some usage batches and metrics, hashes in place of all others, and of each batch
/// the rows that fit a selection.
///
/// In this order: `begin`, `usage` for each of `batches`, `finish`. What is handed in is checked against the register,
/// so that an archive that comes to its end proves what it says.
///
/// Not Sendable: it belongs to the task that exports. After an error the builder is of no further use.
public final class ExcerptBuilder {
    /// The state of the register that the excerpt shows.
    public let checkpoint: Checkpoint
    /// The usage batches that `usage` expects, ascending; complete after `begin`.
    public var batches: [BundleBatch] { scanner.batches }
    /// SHA-256 of the manifest; nil before `finish`.
    public private(set) var manifestDigest: Hash?

    private let register: String
    private let note: [UInt8]
    private let selection: UsageSelection
    private let hasher = TreeHasher()
    private var scanner: ExcerptScanner
    private var tar = TarWriter()
    private var ledger = BundleLedger()
    private var written = 0

    /// A builder for the register and the size of a signed checkpoint; the signature is the auditor's to verify.
    ///
    /// Throws `NoteError`, `CheckpointError` or `BundleError`.
    public init(checkpoint note: [UInt8], selection: UsageSelection) throws {
        checkpoint = try Checkpoint(text: SignedNote(parsing: note).text)
        guard let register = BundleFormat.register(origin: checkpoint.origin) else {
            throw BundleError.foreignOrigin(checkpoint.origin)
        }
        self.register = register
        self.note = note
        self.selection = selection
        scanner = ExcerptScanner(register: register, hasher: hasher)
    }

    /// The members before the first of usage.
    ///
    /// - Parameters:
    ///   - entries: canonical bytes of the entries that are shown, ascending by position.
    ///   - nodes: the subtrees between them and up to the size, see `CompactRange.addresses`.
    public func begin(entries: [[UInt8]], nodes: [CompactRange.Node]) throws -> [UInt8] {
        scanner.nodes = nodes[...]
        var framed: [UInt8] = []
        for entry in entries {
            do {
                try entry.withUnsafeBytes { try scanner.append($0) }
            } catch let error as EntryError {
                throw BundleError.invalidEntry(position: scanner.size, reason: error.description)
            }
            Varint.append(entry.count, to: &framed)
            framed.append(contentsOf: entry)
        }
        guard scanner.fill(until: checkpoint.size) else {
            throw BundleError.entryCount(expected: checkpoint.size, found: scanner.size)
        }
        let root = scanner.root
        guard root == checkpoint.root else { throw BundleError.rootMismatch(expected: checkpoint.root, found: root) }
        return try member(BundleFormat.readmeName, ExcerptFormat.readme(register: register, size: checkpoint.size))
            + member(BundleFormat.checkpointName, note)
            + member(ExcerptFormat.selectionName, selection.bytes)
            + member(ExcerptFormat.nodesName, Self.text(nodes), rows: nodes.count)
            + member(BundleFormat.entriesName, framed, rows: entries.count)
    }

    /// The member with the rows of the next batch; an `ExcerptMemberWriter` makes it.
    public func usage(_ member: UsageMember) throws -> [UInt8] {
        guard written < batches.count else { throw BundleError.outOfOrder("a member of usage") }
        let batch = batches[written]
        guard member.root == batch.rowRoot else { throw BundleError.rowsMismatch(position: batch.position) }
        for sum in member.sums {
            guard scanner.scales["\(batch.application)/metrics/\(sum.metric.code)"] == sum.metric.scale else {
                throw BundleError.unknownMetric(position: batch.position, metric: sum.metric.code)
            }
            ledger.add(sum, application: batch.applicationCode)
        }
        written += 1
        return try self.member(batch.name, member.content, rows: member.rowCount)
    }

    /// The last member, the manifest, and the end of the archive.
    public func finish() throws -> [UInt8] {
        guard written == batches.count else { throw BundleError.outOfOrder("the end of the excerpt") }
        let manifest = ledger.manifest(
            register: register, size: checkpoint.size, root: checkpoint.root, kind: .excerpt
        ).bytes
        manifestDigest = manifest.withUnsafeBytes { hasher.hash($0) }
        return try member(BundleFormat.manifestName, manifest) + tar.finish()
    }

    private static func text(_ nodes: [CompactRange.Node]) -> [UInt8] {
        nodes.reduce(into: ExcerptFormat.nodesHeader) { bytes, node in
            let leaves = node.address.leaves
            CSVText.appendRecord([String(leaves.lowerBound), String(leaves.count), node.hash.hex], to: &bytes)
        }
    }

    private func member(_ name: String, _ content: [UInt8], rows: Int? = nil) throws(TarError) -> [UInt8] {
        ledger.add(name, bytes: content.count, rows: rows, sha256: content.withUnsafeBytes { hasher.hash($0) })
        var piece = try tar.begin(name: name, size: content.count)
        piece.append(contentsOf: content)
        try tar.wrote(content.count)
        return piece
    }
}
