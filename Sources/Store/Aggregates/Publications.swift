internal import Domain
internal import Postgres

/// A row of `publication`: a listing or a guide, with one of its revisions.
public struct PublicationRow: Sendable, Equatable {
    public var id: Int32
    /// Resource name, listings/{listing} or guides/{guide}.
    public var name: String
    /// The owner's code.
    public var owner: String
    /// Number of the API's PublicationState.
    public var state: Int16
    /// The newest revision.
    public var newestRevision: Int32
    public var publishedRevision: Int32?
    /// Position of the entry that changed it last.
    public var changedAt: Int64
    /// The revision that is shown.
    public var revision: PublicationRevisionRow

    init(_ row: inout Row) throws {
        id = try row.next(Int32.self)
        name = try row.next(String.self)
        owner = try row.next(String.self)
        state = try row.next(Int16.self)
        newestRevision = try row.next(Int32.self)
        publishedRevision = try row.next(Int32?.self)
        changedAt = try row.next(Int64.self)
        revision = try PublicationRevisionRow(&row)
    }

    fileprivate static let columns: SQL = """
        b.publication_id, b.publication_name, p.party_code, b.state, b.revision, b.published_revision, b.changed_at,
        r.revision, r.application_id, r.content, r.content_salt, r.contact, r.contact_salt
        """
}

/// A row of `publication_revision`.
public struct PublicationRevisionRow: Sendable, Equatable {
    public var number: Int32
    /// Surrogate of the application it is linked to.
    public var applicationID: Int32?
    /// The message, in its canonical serialisation, without contact and without what the server sets.
    public var content: [UInt8]
    public var contentSalt: [UInt8]
    /// The contact, in its canonical serialisation.
    public var contact: [UInt8]?
    public var contactSalt: [UInt8]?

    public init(
        number: Int32, applicationID: Int32?, content: [UInt8], contentSalt: [UInt8], contact: [UInt8]?,
        contactSalt: [UInt8]?
    ) {
        self.number = number
        self.applicationID = applicationID
        self.content = content
        self.contentSalt = contentSalt
        self.contact = contact
        self.contactSalt = contactSalt
    }

    init(_ row: inout Row) throws {
        number = try row.next(Int32.self)
        applicationID = try row.next(Int32?.self)
        content = try row.next([UInt8].self)
        contentSalt = try row.next([UInt8].self)
        contact = try row.next([UInt8]?.self)
        contactSalt = try row.next([UInt8]?.self)
    }
}

/// Which revision of a publication is meant.
public enum RevisionChoice: Sendable, Equatable {
    /// The newest one to the owner, the public one to all others.
    case usual
    case published
    case number(Int32)
}

/// What the search knows of a publication.
public struct SearchEntry: Sendable, Equatable {
    /// application, advisory-service or guide.
    public var kind: String
    public var title: String
    /// Topics, standards and what else has a name, in one text.
    public var names: String
    public var summary: String
    public var body: String
    /// Numbers of the API's Facet with their values.
    public var facets: [(facet: Int16, value: String)]

    public init(
        kind: String, title: String, names: String, summary: String, body: String,
        facets: [(facet: Int16, value: String)]
    ) {
        self.kind = kind
        self.title = title
        self.names = names
        self.summary = summary
        self.body = body
        self.facets = facets
    }

    public static func == (left: SearchEntry, right: SearchEntry) -> Bool {
        left.kind == right.kind && left.title == right.title && left.names == right.names
            && left.summary == right.summary && left.body == right.body
            && left.facets.elementsEqual(right.facets, by: ==)
    }
}

extension Reader {
    /// One publication with the revision that is meant; one that the caller may not see looks as if it were not there.
    public func publication(
        _ name: String, _ choice: RevisionChoice = .usual, type: String
    ) async throws -> PublicationRow {
        let own: SQL = "b.party_id = (SELECT current_setting('allmende.party'))::int"
        let revision: SQL =
            switch choice {
            case .usual: "CASE WHEN \(own) THEN b.revision ELSE b.published_revision END"
            case .published: "b.published_revision"
            case .number(let number): "\(number)"
            }
        let rows = try await query(
            """
            SELECT \(PublicationRow.columns) FROM publication b JOIN party p USING (party_id)
            JOIN publication_revision r ON r.publication_id = b.publication_id AND r.revision = \(revision)
            WHERE b.publication_name = \(name)
            """)
        return try rows.one(type, name) { row in try PublicationRow(&row) }
    }

    /// The publications of a party whose names begin with `prefix`, in ascending order of their names: all of them for
    /// the party itself, those that were public for others.
    public func publications(
        of party: String, prefix: String, after last: String = "", limit: Int = .max
    ) async throws -> [PublicationRow] {
        let rows = try await query(
            """
            SELECT \(PublicationRow.columns) FROM publication b JOIN party p USING (party_id)
            JOIN publication_revision r ON r.publication_id = b.publication_id AND r.revision =
                CASE WHEN b.party_id = (SELECT current_setting('allmende.party'))::int THEN b.revision
                ELSE b.published_revision END
            WHERE p.party_code = \(party) AND starts_with(b.publication_name, \(prefix))
                AND b.publication_name > \(last)
            ORDER BY b.publication_name LIMIT \(limit)
            """)
        return try rows.map { row in try PublicationRow(&row) }
    }

    /// The name of an application by its surrogate, as far as the caller takes part in its consortium.
    public func applicationName(_ id: Int32) async throws -> String? {
        let rows = try await query(
            """
            SELECT 'consortia/' || k.consortium_code || '/applications/' || a.application_code
            FROM application a JOIN consortium k USING (consortium_id) WHERE a.application_id = \(id)
            """)
        return try rows.map { row in try row.next(String.self) }.first
    }
}

extension Session {
    /// Adds a publication as a draft of the caller's party, with its first revision.
    public func insertPublication(
        _ name: String, _ revision: PublicationRevisionRow, recordedFrom: Int64
    ) async throws {
        let rows = try await query(
            """
            INSERT INTO publication (publication_name, party_id, state, revision, recorded_from, changed_at)
            VALUES (\(name), \(principal.partyID), 1, \(revision.number), \(recordedFrom), \(recordedFrom))
            RETURNING publication_id
            """)
        try await insert(revision, of: rows.decode(Int32.self, row: 0, column: 0), recordedFrom: recordedFrom)
    }

    /// Adds a revision to a publication.
    public func addRevision(
        _ revision: PublicationRevisionRow, to publication: Int32, recordedFrom: Int64
    ) async throws {
        _ = try await query(
            """
            UPDATE publication SET revision = \(revision.number), changed_at = \(recordedFrom)
            WHERE publication_id = \(publication)
            """)
        try await insert(revision, of: publication, recordedFrom: recordedFrom)
    }

    private func insert(
        _ revision: PublicationRevisionRow, of publication: Int32, recordedFrom: Int64
    ) async throws {
        _ = try await query(
            """
            INSERT INTO publication_revision (publication_id, revision, party_id, application_id, content,
                content_salt, contact, contact_salt, recorded_from)
            VALUES (\(publication), \(revision.number), \(principal.partyID), \(nullable: revision.applicationID),
                \(revision.content), \(revision.contentSalt), \(nullable: revision.contact),
                \(nullable: revision.contactSalt), \(recordedFrom))
            """)
    }

    /// Makes the newest revision public and forgets the contacts of those before it.
    public func publish(_ row: PublicationRow, state: Int16, at position: Int64) async throws {
        _ = try await run([
            """
            UPDATE publication
            SET state = \(state), published_revision = \(row.newestRevision), changed_at = \(position)
            WHERE publication_id = \(row.id)
            """,
            """
            UPDATE publication_revision SET published_at = \(position)
            WHERE publication_id = \(row.id) AND revision = \(row.newestRevision)
            """,
            """
            UPDATE publication_revision SET contact = NULL, contact_salt = NULL
            WHERE publication_id = \(row.id) AND revision < \(row.newestRevision) AND contact IS NOT NULL
            """,
        ])
    }

    /// Takes a publication back.
    public func withdraw(_ row: PublicationRow, state: Int16, at position: Int64) async throws {
        _ = try await query(
            "UPDATE publication SET state = \(state), changed_at = \(position) WHERE publication_id = \(row.id)")
    }

    /// Brings the search in line with a publication of the caller's. Take the head of the platform's register first.
    public func index(_ publication: Int32, _ entry: SearchEntry) async throws {
        _ = try await query(
            """
            SELECT index_publication(\(publication), \(entry.kind), \(entry.title), \(entry.names), \(entry.summary),
                \(entry.body), \(entry.facets.map(\.facet)), \(entry.facets.map(\.value)))
            """)
    }
}
