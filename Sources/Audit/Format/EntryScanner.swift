internal import API
internal import Register
internal import SwiftProtobuf

/// Reads the entries of a register one after another: hashes each into the tree, checks that it is what it should be
/// at its place, and keeps what the members behind it are held against.
struct EntryScanner {
    /// A settlement's entry; the bytes are parsed again when its member comes, as a message would take far more room.
    struct SettlementEntry {
        let position: Int
        let entry: [UInt8]

        var name: String { BundleFormat.settlementName(position: position) }
    }

    private let register: String
    private let hasher: TreeHasher
    private var frontier = Frontier()
    /// Usage batches in ascending order of their positions.
    private(set) var batches: [BundleBatch] = []
    /// Settlements in ascending order of their positions.
    private(set) var settlements: [SettlementEntry] = []
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

    /// Entries so far.
    var size: Int { frontier.size }

    /// Root over the entries so far.
    var root: Hash { frontier.root(using: hasher) }

    /// Takes the next entry. After an error its hash is in the tree, but nothing else is known of it.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(EntryError) {
        let position = frontier.size
        frontier.append(hasher.leaf(bytes), using: hasher)
        let entry = try Self.parse(bytes)
        guard entry.position == position else { throw .wrongPosition(found: entry.position) }
        guard entry.register.utf8.elementsEqual(register.utf8) else { throw .wrongRegister(found: entry.register) }
        guard let change = entry.change else { throw .unknownChange }
        switch change {
        case .metricCreated(let metric): scales[metric.name] = Int(metric.scale)
        case .usageBatchRecorded(let batch): batches.append(try Self.batch(batch, at: position))
        case .settlementCalculated: settlements.append(SettlementEntry(position: position, entry: Array(bytes)))
        default: break
        }
        counts[change.kind, default: 0] += 1
        newestMicros = entry.recordedMicros
    }

    /// Reads an entry strictly: written back, it must have the same bytes.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(EntryError) -> RegisterEntry {
        var options = BinaryDecodingOptions()
        options.discardUnknownFields = true
        guard let entry = try? RegisterEntry(serializedBytes: Array(bytes), options: options) else { throw .notAnEntry }
        let written: [UInt8]? = try? entry.serializedBytes()
        guard let written, written.elementsEqual(bytes) else { throw .notCanonical }
        return entry
    }

    static func batch(_ batch: UsageBatchRecorded, at position: Int) throws(EntryError) -> BundleBatch {
        guard batch.rowCount > 0, let root = Hash(Array(batch.rowRoot)) else { throw .malformedBatch }
        return BundleBatch(
            position: position, application: batch.application, sourceID: batch.sourceID,
            rowCount: Int(batch.rowCount), rowRoot: root)
    }
}

extension EntryScanner.SettlementEntry {
    /// The settlement; nil only if the entry were not one, which the scanner has seen to.
    var settlement: Settlement? {
        let entry = try? entry.withUnsafeBytes { try EntryScanner.parse($0) }
        guard case .settlementCalculated(let settlement) = entry?.change else { return nil }
        return settlement
    }
}
