import API
import Audit
import FoundationEssentials
import Register
import SwiftProtobuf
import TLS

/// A small register with real keys: an application with two metrics, usage batches, a settlement.
struct SampleRegister {
    static let name = "consortia/itzgrund"
    static let application = name + "/applications/meldewesen"
    static let metrics = [UsageMetric(code: "cases", scale: 0), UsageMetric(code: "hours", scale: 2)]

    /// One batch: its secret and its rows, of the metrics in turn.
    struct Batch {
        let secret: BatchSecret
        var lines: [String]
        let quantities: [Int64]
    }

    let key: SigningKey
    private(set) var entries: [[UInt8]] = []
    private(set) var batches: [Batch] = []
    let hasher = TreeHasher()

    init(key: SigningKey) {
        self.key = key
    }

    /// A register with batches of so many rows each and as many settlements as asked for, the same at every call.
    static func make(rows: [Int] = [3, 1, 5], settlements: Int = 2) throws -> SampleRegister {
        var register = SampleRegister(key: try SigningKey(rawBytes: Array(1...32)))
        try register.add(.applicationCreated(.with { $0.name = application }))
        for metric in metrics {
            try register.add(
                .metricCreated(
                    .with {
                        $0.name = application + "/metrics/" + metric.code
                        $0.scale = Int32(metric.scale)
                        $0.unit = "case"
                        $0.aggregation = .sum
                    }))
        }
        for (index, count) in rows.enumerated() { try register.addBatch(index: index, rows: count) }
        for index in 0..<settlements {
            try register.add(.settlementCalculated(SampleSettlement.make(index: index)))
        }
        return register
    }

    mutating func add(_ change: RegisterEntry.OneOf_Change) throws {
        var entry = RegisterEntry()
        entry.position = Int64(entries.count)
        entry.register = Self.name
        entry.recordedMicros = 1_763_000_000_000_000 + Int64(entries.count)
        entry.actor.party = "parties/09473132"
        entry.requestID = "00000000-0000-4000-8000-00000000000\(entries.count % 10)"
        entry.change = change
        entries.append(try entry.serializedBytes())
    }

    private mutating func addBatch(index: Int, rows: Int) throws {
        try add(Self.batch(index: index, rows: rows))
    }

    mutating func add(_ batch: Batch) throws {
        let commitment = RowCommitmentBuilder(secret: batch.secret, hasher: hasher)
        for line in batch.lines { commitment.append(line: Array(line.utf8)) }
        batches.append(batch)
        try add(
            .usageBatchRecorded(
                .with {
                    $0.application = Self.application
                    $0.sourceID = "rechenzentrum"
                    $0.rowCount = Int64(batch.lines.count)
                    $0.rowRoot = .init(commitment.root.bytes)
                }))
    }

    static func batch(index: Int, rows: Int) -> Batch {
        var secret = [UInt8](repeating: 7, count: BatchSecret.byteCount)
        secret[0] = UInt8(truncatingIfNeeded: index)
        let quantities = (0..<rows).map { Int64($0 * 37 + index) }
        let lines = quantities.indices.map { row in
            let metric = metrics[row % metrics.count]
            let quantity = metric.scale == 0 ? "\(quantities[row])" : hundredths(quantities[row])
            let hour = row % 24 < 10 ? "0\(row % 24)" : "\(row % 24)"
            return "meldewesen,09473132,\(metric.code),rechenzentrum,2012-01-01T\(hour):00:00Z,"
                + "2012-01-01T\(hour):30:00Z,\(quantity),"
        }
        guard let batchSecret = BatchSecret(secret) else { preconditionFailure("a secret has 32 bytes") }
        return Batch(secret: batchSecret, lines: lines, quantities: quantities)
    }

    private static func hundredths(_ units: Int64) -> String {
        "\(units / 100).\(units % 100 < 10 ? "0" : "")\(units % 100)"
    }

    /// The signed checkpoint over all entries, or over other contents to see it refused.
    func checkpoint(size: Int? = nil, root: Hash? = nil) throws -> [UInt8] {
        var frontier = Frontier()
        for entry in entries { frontier.append(hasher.leaf(entry), using: hasher) }
        let origin = BundleFormat.origin(register: Self.name)
        let checkpoint = try Checkpoint(
            origin: origin, size: size ?? entries.count, root: root ?? frontier.root(using: hasher))
        return try checkpoint.signed(by: NoteSigner(name: origin, key: key)).bytes
    }

    /// The whole bundle.
    func bundle() throws -> [UInt8] {
        let builder = try BundleBuilder(checkpoint: checkpoint())
        var bytes = try builder.begin()
        let size = entries.map { BundleFormat.framedByteCount(entry: $0.count) }.reduce(0, +)
        bytes += try builder.beginEntries(byteCount: size)
        for entry in entries { try builder.entry(entry, to: &bytes) }
        try builder.endEntries()
        for batch in batches { bytes += try builder.usage(member(batch)) }
        while let piece = try builder.nextSettlement() { bytes += piece }
        return try bytes + builder.finish()
    }

    /// An excerpt with the rows of one metric, or of all, from a row of each batch on.
    func excerpt(metric: String?, from first: Int = 0) throws -> [UInt8] {
        let selection = UsageSelection(metric: metric, party: "09473132")
        let builder = try ExcerptBuilder(checkpoint: checkpoint(), selection: selection)
        // The application comes first, then the metrics, then the batches.
        let declared = Self.metrics.indices.filter { metric == nil || Self.metrics[$0].code == metric }.map { $0 + 1 }
        let shown = (batches.isEmpty ? [] : declared) + batches.indices.map { $0 + 1 + Self.metrics.count }
        var bytes = try builder.begin(entries: shown.map { entries[$0] }, nodes: nodes(between: shown))
        for batch in batches { bytes += try builder.usage(excerptMember(batch, metric: metric, from: first)) }
        return try bytes + builder.finish()
    }

    /// The subtrees over the entries that are not shown.
    func nodes(between shown: [Int]) -> [CompactRange.Node] {
        CompactRange.addresses(between: shown, size: entries.count).map { address in
            let leaves = entries[address.leaves].map { hasher.leaf($0) }
            return CompactRange.Node(
                address: address, hash: MerkleTree(leaves: leaves, using: hasher).root(using: hasher))
        }
    }

    /// The member of a batch in an excerpt: of one metric the row `first`, or all rows from it on where that is 0.
    func excerptMember(_ batch: Batch, metric: String?, from first: Int = 0) -> UsageMember {
        let writer = ExcerptMemberWriter(hasher: hasher)
        writer.begin(secret: batch.secret, metrics: Self.metrics)
        for (row, line) in batch.lines.enumerated() {
            let index = row % Self.metrics.count
            let isShown = (metric == nil || Self.metrics[index].code == metric) && (first == 0 || row == first)
            if isShown {
                writer.show(line: Array(line.utf8), metric: index, quantity: batch.quantities[row])
            } else {
                writer.hide(line: Array(line.utf8))
            }
        }
        return writer.finish()
    }

    /// The member of a batch.
    func member(_ batch: Batch) -> UsageMember {
        let writer = UsageMemberWriter(hasher: hasher)
        writer.begin(secret: batch.secret, metrics: Self.metrics)
        for (row, line) in batch.lines.enumerated() {
            writer.append(line: Array(line.utf8), metric: row % Self.metrics.count, quantity: batch.quantities[row])
        }
        return writer.finish()
    }
}
