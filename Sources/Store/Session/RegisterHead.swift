internal import Domain
internal import Postgres
internal import Register

/// The growing end of one register inside one transaction.
public final class RegisterHead {
    let register: Int32
    private let frontier: Frontier
    private let firstPosition: Int64
    private var entries: [(bytes: [UInt8], recordedMicros: Int64)] = []
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
        entries.append((bytes, recordedMicros))
    }

    /// The entry that commits to all rows of the transaction: the first one; nil when nothing was appended.
    var sealingPosition: Int64? { entries.isEmpty ? nil : firstPosition }

    /// Puts the digest of the rows' seals into the entry at `sealingPosition`, as its last field.
    func seal(_ digest: [UInt8]) {
        entries[0].bytes.append(contentsOf: RegisterHead.rowsField + digest)
    }

    /// Key of the entry's field rows_sha256, number 120 and length-delimited, and the length of a digest.
    private static let rowsField: [UInt8] = [0xC2, 0x07, UInt8(Hash.byteCount)]

    /// Inserts the entries and moves the right edge, in one statement.
    var statement: SQL {
        let hasher = TreeHasher()
        var frontier = frontier
        var (leaves, nodes): ([[UInt8]], [[UInt8]]) = ([], [])
        for entry in entries {
            let leaf = hasher.leaf(entry.bytes)
            var completed: [UInt8] = []
            frontier.append(leaf, using: hasher) { address, hash in
                if address.level > 0 { completed.append(contentsOf: hash.bytes) }
            }
            leaves.append(leaf.bytes)
            nodes.append(completed)
        }
        return """
            WITH appended AS (
                INSERT INTO register_entry (register_id, position, leaf_hash, nodes, entry, recorded_micros)
                SELECT \(register), \(firstPosition) + e.ordinal - 1, e.leaf_hash, e.nodes, e.entry, e.recorded_micros
                FROM unnest(\(leaves), \(nodes), \(entries.map(\.bytes)), \(entries.map(\.recordedMicros)))
                    WITH ORDINALITY e (leaf_hash, nodes, entry, recorded_micros, ordinal))
            UPDATE register
            SET size = \(nextPosition), frontier = \(frontier.bytes), recorded_micros = \(recordedMicros)
            WHERE register_id = \(register)
            """
    }
}
