internal import Domain
internal import Postgres
public import Register

extension Reader {
    /// Number of entries of a register.
    public func registerSize(_ register: Int32) async throws -> Int64 {
        let rows = try await query("SELECT size FROM register WHERE register_id = \(register)")
        return try rows.one("register", String(register)) { row in try row.next(Int64.self) }
    }

    /// Number of entries that were recorded at an instant or before it, microseconds since 1970-01-01T00:00:00Z.
    ///
    /// Instants never fall from entry to entry, so this halves the range of positions until one size is left. The limit
    /// keeps the planner from joining all entries to each step.
    public func registerSize(_ register: Int32, at micros: Int64) async throws -> Int64 {
        let rows = try await query(
            """
            WITH RECURSIVE search (low, high) AS (
                SELECT 0::bigint, size FROM register WHERE register_id = \(register)
                UNION ALL
                SELECT CASE WHEN e.recorded_micros <= \(micros) THEN e.position + 1 ELSE s.low END,
                    CASE WHEN e.recorded_micros <= \(micros) THEN s.high ELSE e.position END
                FROM search s CROSS JOIN LATERAL (
                    SELECT position, recorded_micros FROM register_hash
                    WHERE register_id = \(register) AND position = (s.low + s.high) / 2 LIMIT 1) e
                WHERE s.low < s.high)
            SELECT low FROM search WHERE low = high
            """)
        return try rows.one("register", String(register)) { row in try row.next(Int64.self) }
    }

    /// The number of a register by its name.
    public func registerID(_ name: String) async throws -> Int32 {
        let rows = try await query("SELECT register_id FROM register WHERE name = \(name)")
        return try rows.one("register", name) { row in try row.next(Int32.self) }
    }

    /// The largest size below another for which this database has a signed checkpoint; nil when it has none.
    public func newestSignedSize(_ register: Int32, below size: Int64) async throws -> Int64? {
        let rows = try await query(
            """
            SELECT size FROM register_checkpoint WHERE register_id = \(register) AND size < \(size)
            ORDER BY size DESC LIMIT 1
            """)
        return try rows.map { row in try row.next(Int64.self) }.first
    }

    /// How often a register was recovered after a loss.
    public func registerGeneration(_ register: Int32) async throws -> Int32 {
        let rows = try await query("SELECT generation FROM register WHERE register_id = \(register)")
        return try rows.one("register", String(register)) { row in try row.next(Int32.self) }
    }

    /// Canonical bytes of entries from a position on, in order.
    public func registerEntries(_ register: Int32, from position: Int64, limit: Int) async throws -> [[UInt8]] {
        let rows = try await query(
            """
            SELECT entry FROM register_entry WHERE register_id = \(register) AND position >= \(position)
            ORDER BY position LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try row.next([UInt8].self) }
    }

    /// The note that was signed for a size, or nil when none was.
    public func checkpoint(_ register: Int32, size: Int64) async throws -> String? {
        let rows = try await query(
            "SELECT note FROM register_checkpoint WHERE register_id = \(register) AND size = \(size)")
        return rows.count == 0 ? nil : try rows.decode(String.self, row: 0, column: 0)
    }

    /// The lines of witnesses that go below a checkpoint's note, by the name of the key; empty when there are none.
    public func cosignatures(_ register: Int32, size: Int64) async throws -> String {
        let rows = try await query(
            """
            SELECT line FROM register_cosignature WHERE register_id = \(register) AND size = \(size) ORDER BY key_name
            """)
        return try rows.map { row in try row.next(String.self) }.joined()
    }

    /// The keys that checkpoints of a register were signed with, the one that signed last first.
    public func registerKeys(_ register: Int32) async throws -> [RegisterKeyRow] {
        let rows = try await query(
            """
            SELECT origin, public_key, smallest_size, largest_size, first_signed_at, last_signed_at FROM register_key
            WHERE register_id = \(register) ORDER BY last_signed_at DESC, largest_size DESC, public_key
            """)
        return try rows.map { row in
            RegisterKeyRow(
                origin: try row.next(String.self), publicKey: try row.next([UInt8].self),
                smallestSize: try row.next(Int64.self), largestSize: try row.next(Int64.self),
                firstSignedMicros: try row.next(SQLTimestamp.self).microsecondsSince1970,
                lastSignedMicros: try row.next(SQLTimestamp.self).microsecondsSince1970)
        }
    }

    /// The largest size whose checkpoint bears a co-signature; nil when none does.
    public func newestWitnessedSize(_ register: Int32) async throws -> Int64? {
        let rows = try await query(
            """
            SELECT size FROM register_cosignature WHERE register_id = \(register) ORDER BY size DESC LIMIT 1
            """)
        return try rows.map { row in try row.next(Int64.self) }.first
    }

    /// Root of the tree over the first `size` entries; reads O(log size) hashes.
    public func registerRoot(_ register: Int32, size: Int64) async throws -> Hash {
        let current = try await registerSize(register)
        guard current >= size else {
            throw Failure.invalid("register_size", "must not exceed \(current), the size of the register")
        }
        return try await registerHashes(register, of: ProofPlan.root(size: Int(size)))[0]
    }

    /// The hashes that a plan asks for, from the nodes kept with the entries that completed them.
    public func registerHashes(_ register: Int32, of plan: ProofPlan) async throws -> [Hash] {
        let addresses = plan.addresses
        let rows = try await query(
            """
            SELECT position, leaf_hash, nodes FROM register_hash
            WHERE register_id = \(register) AND position = ANY (\(addresses.map { Int64($0.lastLeaf) }))
            """)
        var branches: [Int: RegisterBranch] = [:]
        for row in rows {
            var row = row
            let position = Int(try row.next(Int64.self))
            branches[position] = RegisterBranch(
                leaf: try row.next([UInt8].self), nodes: try row.next([UInt8].self))
        }
        return try plan.assemble(using: TreeHasher()) { address in
            guard let hash = branches[address.lastLeaf]?.hash(level: address.level) else {
                throw Failure(.internal, "register \(register) lacks the node that entry \(address.lastLeaf) completed")
            }
            return hash
        }
    }
}

/// A public key that checkpoints of a register were signed with.
public struct RegisterKeyRow: Sendable {
    /// The origin of the checkpoints, which is also the key's name.
    public var origin: String
    /// The 32 bytes of RFC 8032.
    public var publicKey: [UInt8]
    /// Bounds of the sizes that it signed.
    public var smallestSize: Int64
    public var largestSize: Int64
    /// When it signed first and last, microseconds since 1970-01-01T00:00:00Z.
    public var firstSignedMicros: Int64
    public var lastSignedMicros: Int64
}

/// The hashes kept with one entry: its own and those of the nodes whose last leaf it is.
private struct RegisterBranch {
    let leaf: [UInt8]
    /// Hashes of levels 1, 2, … one after the other.
    let nodes: [UInt8]

    func hash(level: Int) -> Hash? {
        if level == 0 { return Hash(leaf) }
        let start = (level - 1) * Hash.byteCount
        guard start + Hash.byteCount <= nodes.count else { return nil }
        return Hash(Array(nodes[start..<(start + Hash.byteCount)]))
    }
}

extension Session {
    /// Keeps a signed note, and the key that signed it. The first note of a size stays; a note with another root for it
    /// is a fork and refused.
    ///
    /// - Parameter publicKey: the key's 32 bytes; its name is the checkpoint's origin.
    /// - Returns: the note that stands for this size.
    public func keep(
        note: String, of checkpoint: Checkpoint, publicKey: [UInt8], register: Int32
    ) async throws -> String {
        let (root, size) = (checkpoint.root, Int64(checkpoint.size))
        let answers = try await run([
            """
            WITH kept AS (
                INSERT INTO register_checkpoint (register_id, size, root, note)
                VALUES (\(register), \(size), \(root.bytes), \(note)) ON CONFLICT DO NOTHING RETURNING size)
            INSERT INTO register_key AS k (register_id, origin, public_key, smallest_size, largest_size)
            SELECT \(register), \(checkpoint.origin), \(publicKey), size, size FROM kept
            ON CONFLICT (register_id, origin, public_key) DO UPDATE
            SET smallest_size = least(k.smallest_size, EXCLUDED.smallest_size),
                largest_size = greatest(k.largest_size, EXCLUDED.largest_size), last_signed_at = now()
            """,
            "SELECT root, note FROM register_checkpoint WHERE register_id = \(register) AND size = \(size)",
        ])
        let (stored, kept) = try answers[1].one("checkpoint", String(size)) { row in
            (try row.next([UInt8].self), try row.next(String.self))
        }
        guard stored == root.bytes else {
            throw Failure(.internal, "register \(register) was signed with another root at size \(size)")
        }
        return kept
    }

    /// Keeps a witness's signature line; its first for a size stays.
    public func keep(cosignature line: String, by name: String, register: Int32, size: Int64) async throws {
        _ = try await query(
            """
            INSERT INTO register_cosignature (register_id, size, key_name, line)
            VALUES (\(register), \(size), \(name), \(line)) ON CONFLICT DO NOTHING
            """)
    }

    /// Begins the next generation of a register, after a loss.
    ///
    /// - Returns: its number.
    public func beginGeneration(_ register: Int32) async throws -> Int32 {
        let rows = try await query(
            "UPDATE register SET generation = generation + 1 WHERE register_id = \(register) RETURNING generation")
        return try rows.one("register", String(register)) { row in try row.next(Int32.self) }
    }
}
