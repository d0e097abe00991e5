internal import Domain
internal import Postgres
public import Register

/// A row of `entry_remark`.
public struct RemarkRow: Sendable, Equatable {
    /// Position of the remark's own entry.
    public var position: Int64
    /// Position of the entry it is about.
    public var entryPosition: Int64
    /// Number of the API's RemarkKind.
    public var kind: Int16
    public var partyCode: String
    public var answeredPosition: Int64?
    /// Nil where there is none or it was erased.
    public var note: SaltedText?
    /// Empty where there was no note.
    public var noteDigest: [UInt8]
    public var isErased: Bool

    public init(
        position: Int64, entryPosition: Int64, kind: Int16, partyCode: String, answeredPosition: Int64? = nil,
        note: SaltedText?
    ) {
        self.position = position
        self.entryPosition = entryPosition
        self.kind = kind
        self.partyCode = partyCode
        self.answeredPosition = answeredPosition
        self.note = note
        noteDigest = note?.digest ?? []
        isErased = false
    }

    fileprivate init(_ row: inout Row) throws {
        position = try row.next(Int64.self)
        entryPosition = try row.next(Int64.self)
        kind = try row.next(Int16.self)
        partyCode = try row.next(String.self)
        answeredPosition = try row.next(Int64?.self)
        let text = try row.next(String?.self)
        let salt = try row.next([UInt8]?.self)
        if let text, let salt { note = SaltedText(text, salt: salt) }
        noteDigest = try row.next([UInt8].self)
        isErased = try row.next(Bool.self)
    }

    fileprivate static let selection: SQL = """
        SELECT r.recorded_from, r.entry_position, r.kind, p.party_code, r.answered_position, r.note, r.note_salt,
            r.note_sha256, r.erased_at IS NOT NULL
        FROM entry_remark r JOIN party p USING (party_id)
        """
}

extension Reader {
    /// Remarks on a consortium's entries in the order in which they were made, after a position.
    public func remarks(in consortium: Int32, after position: Int64, limit: Int) async throws -> [RemarkRow] {
        let rows = try await query(
            """
            \(RemarkRow.selection) WHERE r.consortium_id = \(consortium) AND r.recorded_from > \(position)
            ORDER BY r.recorded_from LIMIT \(Int64(limit))
            """)
        return try rows.map { row in try RemarkRow(&row) }
    }

    /// One remark.
    public func remark(at position: Int64, in consortium: Int32, name: String) async throws -> RemarkRow {
        let rows = try await query(
            "\(RemarkRow.selection) WHERE r.consortium_id = \(consortium) AND r.recorded_from = \(position)")
        return try rows.one("remark", name) { row in try RemarkRow(&row) }
    }
}

extension Session {
    /// Stores a remark of the caller's party.
    public func insert(_ remark: RemarkRow, in consortium: Int32) async throws {
        _ = try await query(
            """
            INSERT INTO entry_remark
                (consortium_id, entry_position, kind, party_id, answered_position, note, note_salt, note_sha256,
                    recorded_from)
            VALUES (\(consortium), \(remark.entryPosition), \(remark.kind), \(principal.partyID),
                \(nullable: remark.answeredPosition), \(nullable: remark.note?.text), \(nullable: remark.note?.salt),
                \(remark.noteDigest), \(remark.position))
            """)
    }

    /// Erases text and salt of a remark's note.
    public func eraseNote(ofRemarkAt remark: Int64, in consortium: Int32, at position: Int64) async throws {
        _ = try await query(
            """
            UPDATE entry_remark SET note = NULL, note_salt = NULL, erased_at = \(position)
            WHERE consortium_id = \(consortium) AND recorded_from = \(remark)
            """)
    }
}
