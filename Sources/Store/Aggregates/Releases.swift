internal import Domain
internal import Postgres
public import Register

/// A row of `release`.
public struct ReleaseRow: Sendable, Equatable {
    public var version: String
    /// Number of the API's ReleaseState.
    public var state: Int16
    /// Position of the release's first entry.
    public var firstRecorded: Int64
    /// The release, canonically serialised, without its notes.
    public var content: [UInt8]
    /// What to mind when upgrading; nil where there is nothing.
    public var notes: SaltedText?

    public init(
        version: String, state: Int16, firstRecorded: Int64, content: [UInt8], notes: SaltedText?
    ) {
        self.version = version
        self.state = state
        self.firstRecorded = firstRecorded
        self.content = content
        self.notes = notes
    }

    init(_ row: inout Row) throws {
        version = try row.next(String.self)
        state = try row.next(Int16.self)
        firstRecorded = try row.next(Int64.self)
        content = try row.next([UInt8].self)
        let text = try row.next(String.self)
        let salt = try row.next([UInt8].self)
        notes = salt.isEmpty ? nil : SaltedText(text, salt: salt)
    }

    fileprivate static let selection: SQL =
        "SELECT v.version, v.state, v.first_recorded, v.content, v.notes, v.notes_salt FROM release v"
}

extension VersionedTable {
    static let release = VersionedTable(
        "release",
        columns: "consortium_id, application_id, version, state, first_recorded, content, notes, notes_salt")
}

extension Reader {
    /// One release as it stands now; nil when there is none of that version.
    public func release(
        _ version: String, of application: Int32, in consortium: Int32
    ) async throws -> ReleaseRow? {
        let rows = try await query(
            """
            \(ReleaseRow.selection) WHERE v.consortium_id = \(consortium) AND v.application_id = \(application)
                AND v.version = \(version) AND \(Versions.current)
            """)
        return try rows.map { row in try ReleaseRow(&row) }.first
    }

    /// The releases of an application, as known when the register had `size` entries, newest first: those whose first
    /// entry is before a position.
    public func releases(
        of application: Int32, in consortium: Int32, knownAt size: Int64, before first: Int64 = .max,
        limit: Int = .max
    ) async throws -> [ReleaseRow] {
        let rows = try await query(
            """
            \(ReleaseRow.selection) WHERE v.consortium_id = \(consortium) AND v.application_id = \(application)
                AND v.first_recorded < \(first) AND \(Versions.known(at: size))
            ORDER BY v.first_recorded DESC, v.version LIMIT \(limit)
            """)
        return try rows.map { row in try ReleaseRow(&row) }
    }
}

extension Session {
    /// Records a release or its next state.
    public func record(
        _ release: ReleaseRow, of application: Int32, in consortium: Int32, at position: Int64
    ) async throws {
        _ = try await run(
            VersionedTable.release.replace(
                where: """
                    v.consortium_id = \(consortium) AND v.application_id = \(application)
                        AND v.version = \(release.version)
                    """,
                with: """
                    \(consortium), \(application), \(release.version), \(release.state), \(release.firstRecorded),
                    \(release.content), \(release.notes?.text ?? ""), \(release.notes?.salt ?? [])
                    """, at: position))
    }
}
