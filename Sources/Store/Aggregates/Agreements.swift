public import Domain
internal import Postgres

/// A current row of `agreement_revision`.
public struct AgreementRevisionRow: Sendable, Equatable {
    public var revision: Int32
    /// Number of the API's AgreementRevisionState.
    public var state: Int16
    public var validFrom: CivilDate
    public var validUntil: CivilDate?
    /// The whole revision, canonically serialised.
    public var content: [UInt8]

    public init(revision: Int32, state: Int16, validFrom: CivilDate, validUntil: CivilDate?, content: [UInt8]) {
        self.revision = revision
        self.state = state
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.content = content
    }

    init(_ row: inout Row) throws {
        revision = try row.next(Int32.self)
        state = try row.next(Int16.self)
        validFrom = try row.next(CivilDate.self)
        validUntil = try row.next(CivilDate?.self)
        content = try row.next([UInt8].self)
    }
}

extension VersionedTable {
    /// A change of a revision's state closes the row and adds the next. Its days are a value like the others: what
    /// holds when is for the agreement's rules to say.
    static let agreementRevision = VersionedTable(
        "agreement_revision",
        columns: "consortium_id, agreement_code, revision, state, valid_from, valid_until, content")
}

extension Reader {
    /// The serialised content of one revision as it stands now: the shortest way from the table to the answer.
    public func agreementRevisionContent(
        _ revision: Int32, of agreement: String, in consortium: Int32, name: @autoclosure () -> String
    ) async throws -> [UInt8] {
        let rows = try await query(
            """
            SELECT content FROM agreement_revision v
            WHERE v.consortium_id = \(consortium) AND v.agreement_code = \(agreement) AND v.revision = \(revision)
                AND \(Versions.current)
            """)
        guard rows.count == 1 else { throw Failure.unknown("agreement revision", name()) }
        return try rows.decode([UInt8].self, row: 0, column: 0)
    }

    /// The same as known when the consortium's register had `size` entries.
    public func agreementRevisionContent(
        _ revision: Int32, of agreement: String, in consortium: Int32, knownAt size: Int64,
        name: @autoclosure () -> String
    ) async throws -> [UInt8] {
        let rows = try await query(
            """
            SELECT content FROM agreement_revision v
            WHERE v.consortium_id = \(consortium) AND v.agreement_code = \(agreement) AND v.revision = \(revision)
                AND \(Versions.known(at: size))
            """)
        guard rows.count == 1 else { throw Failure.unknown("agreement revision", name()) }
        return try rows.decode([UInt8].self, row: 0, column: 0)
    }

    /// One revision as it stands now.
    public func agreementRevision(
        _ revision: Int32, of agreement: String, in consortium: Int32, name: String
    ) async throws -> AgreementRevisionRow {
        let rows = try await query(
            """
            SELECT revision, state, valid_from, valid_until, content FROM agreement_revision v
            WHERE v.consortium_id = \(consortium) AND v.agreement_code = \(agreement) AND v.revision = \(revision)
                AND \(Versions.current)
            """)
        return try rows.one("agreement revision", name) { row in try AgreementRevisionRow(&row) }
    }

    /// The revisions of an agreement in ascending order, as known when the consortium's register had `size` entries;
    /// only those that concern a day, if one is given.
    public func agreementRevisions(
        of agreement: String, in consortium: Int32, on day: CivilDate? = nil, knownAt size: Int64,
        after last: Int64 = 0, limit: Int = .max
    ) async throws -> [AgreementRevisionRow] {
        let holding: SQL = day.map { Versions.holding(on: $0) } ?? "true"
        let rows = try await query(
            """
            SELECT revision, state, valid_from, valid_until, content FROM agreement_revision v
            WHERE v.consortium_id = \(consortium) AND v.agreement_code = \(agreement)
                AND \(Versions.known(at: size)) AND \(holding) AND revision > \(last)
            ORDER BY revision LIMIT \(limit)
            """)
        return try rows.map { row in try AgreementRevisionRow(&row) }
    }

    /// The revisions of all agreements that concern a day, whatever their state, as known when the consortium's
    /// register had `size` entries.
    public func agreementRevisions(
        in consortium: Int32, on day: CivilDate, knownAt size: Int64
    ) async throws -> [AgreementRevisionRow] {
        let rows = try await query(
            """
            SELECT revision, state, valid_from, valid_until, content FROM agreement_revision v
            WHERE v.consortium_id = \(consortium) AND \(Versions.holding(on: day)) AND \(Versions.known(at: size))
            ORDER BY agreement_code, revision
            """)
        return try rows.map { row in try AgreementRevisionRow(&row) }
    }

    /// The revisions of an agreement in ascending order.
    public func agreementRevisions(of agreement: String, in consortium: Int32) async throws -> [AgreementRevisionRow] {
        let rows = try await query(
            """
            SELECT revision, state, valid_from, valid_until, content FROM agreement_revision v
            WHERE v.consortium_id = \(consortium) AND v.agreement_code = \(agreement) AND \(Versions.current)
            ORDER BY revision
            """)
        return try rows.map { row in try AgreementRevisionRow(&row) }
    }
}

extension Session {
    /// Records a revision or its next state; the row before it is closed.
    public func record(
        _ revision: AgreementRevisionRow, of agreement: String, in consortium: Int32, at position: Int64
    ) async throws {
        let number = revision.revision
        _ = try await run(
            VersionedTable.agreementRevision.replace(
                where: """
                    v.consortium_id = \(consortium) AND v.agreement_code = \(agreement) AND v.revision = \(number)
                    """,
                with: """
                    \(consortium), \(agreement), \(number), \(revision.state), \(revision.validFrom),
                    \(nullable: revision.validUntil), \(revision.content)
                    """,
                at: position))
    }
}
