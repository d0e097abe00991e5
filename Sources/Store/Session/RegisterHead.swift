internal import Domain
internal import Postgres
internal import Register

/// The growing end of one register inside one transaction.
public final class RegisterHead {
    let register: Int32
    private var frontier: Frontier
    private let firstPosition: Int64
    private let hasher = TreeHasher()
    private var entries: [(leaf: Hash, nodes: [UInt8], bytes: [UInt8], recordedMicros: Int64)] = []
    /// Instant of the newest entry, microseconds since 1970-01-01T00:00:00Z.
    private var recordedMicros: Int64

    init(register: Int32, size: Int64, frontier: [UInt8], recordedMicros: Int64) throws {
        self.register = register
        self.recordedMicros = recordedMicros
        self.frontier = frontier.isEmpty ? Frontier() : try Frontier(bytes: frontier)
        firstPosition = size
    }

    /// Position the next entry will have.
    public var nextPosition: Int64 { firstPosition + Int64(entries.count) }

    /// The instant of an entry made at `now`: never earlier than the entry before, even where clocks were set back.
    public func instant(_ now: Int64) -> Int64 { max(now, recordedMicros) }

    /// Adds an entry's canonical bytes at `nextPosition`.
    ///
    /// - Parameter micros: the instant that the entry says; see `instant`.
    public func append(_ bytes: [UInt8], recordedMicros micros: Int64 = 0) {
        recordedMicros = instant(micros)
        let leaf = hasher.leaf(bytes)
        var nodes: [UInt8] = []
        frontier.append(leaf, using: hasher) { address, hash in
            if address.level > 0 { nodes.append(contentsOf: hash.bytes) }
        }
        entries.append((leaf, nodes, bytes, recordedMicros))
    }

    /// The inserts and the new right edge; empty when nothing was appended.
    var statements: [SQL] {
        guard !entries.isEmpty else { return [] }
        var statements: [SQL] = entries.enumerated().map { index, entry in
            """
            INSERT INTO register_entry (register_id, position, leaf_hash, nodes, entry, recorded_micros)
            VALUES (
                \(register), \(firstPosition + Int64(index)), \(entry.leaf.bytes), \(entry.nodes), \(entry.bytes),
                \(entry.recordedMicros))
            """
        }
        statements.append(
            """
            UPDATE register
            SET size = \(nextPosition), frontier = \(frontier.bytes), recorded_micros = \(recordedMicros)
            WHERE register_id = \(register)
            """)
        return statements
    }
}
