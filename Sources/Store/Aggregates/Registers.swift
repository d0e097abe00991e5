internal import Domain
internal import Postgres
public import Register

extension Reader {
    /// Number of entries of a register.
    public func registerSize(_ register: Int32) async throws -> Int64 {
        let rows = try await query("SELECT size FROM register WHERE register_id = \(register)")
        return try rows.one("register", String(register)) { row in try row.next(Int64.self) }
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

    /// Root of the tree over the first `size` entries, from their leaf hashes.
    public func registerRoot(_ register: Int32, size: Int64) async throws -> Hash {
        let head = try await query("SELECT size, frontier FROM register WHERE register_id = \(register)")
        let (current, right) = try head.one("register", String(register)) { row in
            (try row.next(Int64.self), try row.next([UInt8].self))
        }
        guard current >= size else {
            throw Failure.invalid("register_size", "must not exceed \(current), the size of the register")
        }
        if current == size, size > 0 { return try Frontier(bytes: right).root(using: TreeHasher()) }
        return try await rootOfPrefix(register, size: size)
    }

    private func rootOfPrefix(_ register: Int32, size: Int64) async throws -> Hash {
        var frontier = Frontier()
        let hasher = TreeHasher()
        let page: Int64 = 10_000
        while Int64(frontier.size) < size {
            let start = Int64(frontier.size)
            let rows = try await query(
                """
                SELECT leaf_hash FROM register_entry
                WHERE register_id = \(register) AND position >= \(start) AND position < \(min(size, start + page))
                ORDER BY position
                """)
            guard rows.count > 0 else { throw Failure(.internal, "register \(register) has no entry \(start)") }
            for index in 0..<rows.count {
                let bytes = try rows.decode([UInt8].self, row: index, column: 0)
                guard let leaf = Hash(bytes) else {
                    throw Failure(.internal, "a stored leaf hash is not 32 bytes long")
                }
                frontier.append(leaf, using: hasher)
            }
        }
        return frontier.root(using: hasher)
    }
}

extension Session {
    /// Keeps a signed note. The first note of a size stays; a note with another root for it is a fork and refused.
    ///
    /// - Returns: the note that stands for this size.
    public func keep(note: String, root: Hash, register: Int32, size: Int64) async throws -> String {
        let answers = try await run([
            """
            INSERT INTO register_checkpoint (register_id, size, root, note)
            VALUES (\(register), \(size), \(root.bytes), \(note)) ON CONFLICT DO NOTHING
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
}
