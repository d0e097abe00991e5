internal import API
internal import Register

/// Reads the entries that an excerpt shows, with hashes in place of those between them, into the tree of the register,
/// and keeps what the members behind are held against.
struct ExcerptScanner {
    private let register: String
    private let hasher: TreeHasher
    private var tree = CompactRange()
    /// What stands for the entries that are not shown, as far as it is not in the tree yet.
    var nodes: ArraySlice<CompactRange.Node> = []
    /// Usage batches in ascending order of their positions.
    private(set) var batches: [BundleBatch] = []
    /// Digits after the decimal point by the metric's resource name.
    private(set) var scales: [String: Int] = [:]
    /// Number of entries by the name of their change in the schema.
    private(set) var counts: [String: Int] = [:]
    /// When the newest entry that was read says it was recorded, microseconds since 1970-01-01T00:00:00Z.
    private(set) var newestMicros: Int64 = 0

    init(register: String, hasher: TreeHasher) {
        self.register = register
        self.hasher = hasher
    }

    /// Entries so far, shown or not.
    var size: Int { tree.end }

    /// Root over the entries so far.
    var root: Hash { tree.root(using: hasher) }

    /// Takes the subtrees before a position; whether they lead exactly to it.
    mutating func fill(until position: Int) -> Bool {
        while tree.end < position, let node = nodes.first, tree.append(node, using: hasher) { nodes.removeFirst() }
        return tree.end == position
    }

    /// Takes the next entry that is shown.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(EntryError) {
        let entry = try EntryScanner.parse(bytes)
        guard let position = Int(exactly: entry.position), position >= tree.end, fill(until: position) else {
            throw .wrongPosition(found: entry.position)
        }
        tree.append(hasher.leaf(bytes), using: hasher)
        guard entry.register.utf8.elementsEqual(register.utf8) else { throw .wrongRegister(found: entry.register) }
        switch entry.change {
        case .metricCreated(let metric): scales[metric.name] = Int(metric.scale)
        case .usageBatchRecorded(let batch): batches.append(try EntryScanner.batch(batch, at: position))
        default: throw .unexpectedChange
        }
        counts[entry.change?.kind ?? "", default: 0] += 1
        newestMicros = entry.recordedMicros
    }
}
