public import Domain
internal import Postgres

/// A consortium with its members.
public struct ConsortiumRow: Sendable, Equatable {
    public var id: Int32
    public var code: String
    public var displayName: String
    /// Number of the API's LegalForm.
    public var legalForm: Int16
    public var currency: String
    public var coordinationOffice: String
    /// Number of the API's ConsortiumState.
    public var stateNumber: Int16
    /// Whether parties outside may apply by themselves.
    public var isOpenToApplications: Bool
    /// Whether members may compare their usage.
    public var comparesUsage = false
    /// Months for which usage records are kept after their own; 0 for ever.
    public var usageRetention: Int32 = 0
    /// The consortium, canonically serialised, without its members and its state.
    public var content: [UInt8]
    /// In ascending order of the codes; before the founding the founders.
    public var members: [MemberRow]

    public init(
        code: String, displayName: String, legalForm: Int16, currency: String, coordinationOffice: String,
        stateNumber: Int16, isOpenToApplications: Bool, content: [UInt8], members: [MemberRow]
    ) {
        id = 0
        self.code = code
        self.displayName = displayName
        self.legalForm = legalForm
        self.currency = currency
        self.coordinationOffice = coordinationOffice
        self.stateNumber = stateNumber
        self.isOpenToApplications = isOpenToApplications
        self.content = content
        self.members = members
    }

    init(_ row: inout Row) throws {
        id = try row.next(Int32.self)
        code = try row.next(String.self)
        displayName = try row.next(String.self)
        legalForm = try row.next(Int16.self)
        currency = try row.next(String.self)
        coordinationOffice = try row.next(String.self)
        stateNumber = try row.next(Int16.self)
        isOpenToApplications = try row.next(Bool.self)
        comparesUsage = try row.next(Bool.self)
        usageRetention = try row.next(Int32.self)
        content = try row.next([UInt8].self)
        members = []
    }

    fileprivate static let selection: SQL = """
        SELECT k.consortium_id, k.consortium_code, k.display_name, k.legal_form, k.currency, o.party_code, v.state,
            v.open_to_applications, v.compare_usage, v.usage_retention_months, v.content
        FROM consortium k
        JOIN consortium_version v USING (consortium_id)
        JOIN party o ON o.party_id = k.coordination_party_id
        """
}

extension VersionedTable {
    static let consortium = VersionedTable(
        "consortium_version",
        columns: "consortium_id, state, open_to_applications, compare_usage, usage_retention_months, content")
}

extension Reader {
    /// One consortium as it is known now: its members are those who have not left, those who will join included.
    public func consortium(_ id: Int32, name: String) async throws -> ConsortiumRow {
        let answers = try await run([
            "\(ConsortiumRow.selection) WHERE k.consortium_id = \(id) AND \(Versions.current)",
            MemberRow.selection(
                where: "v.consortium_id = \(id) AND v.state IN (1, 2, 3) AND \(Versions.current)"),
        ])
        return try Self.assemble(answers, name)
    }

    /// One consortium as known when its register had `size` entries, with its members on a day.
    public func consortium(
        _ id: Int32, on day: CivilDate, knownAt size: Int64, name: String
    ) async throws -> ConsortiumRow {
        let answers = try await run([
            "\(ConsortiumRow.selection) WHERE k.consortium_id = \(id) AND \(Versions.known(at: size))",
            MemberRow.selection(
                where: """
                    v.consortium_id = \(id) AND (v.state = 1 OR (\(Versions.holding(on: day))))
                        AND \(Versions.known(at: size))
                    """),
        ])
        return try Self.assemble(answers, name)
    }

    /// The consortia that the caller takes part in, with the members they have on a day, in ascending order of their
    /// codes.
    public func consortia(
        on day: CivilDate, after last: String = "", limit: Int = .max
    ) async throws -> [ConsortiumRow] {
        let page: SQL = "k.consortium_code > \(last) ORDER BY k.consortium_code LIMIT \(limit)"
        let answers = try await run([
            "\(ConsortiumRow.selection) WHERE \(Versions.current) AND \(page)",
            MemberRow.selection(
                where: """
                    v.consortium_id = ANY (ARRAY(SELECT k.consortium_id FROM consortium k WHERE \(page)))
                        AND (v.state = 1 OR (\(Versions.holding(on: day)))) AND \(Versions.current)
                    """),
        ])
        var consortia = try answers[0].map { row in try ConsortiumRow(&row) }
        let members = Dictionary(grouping: try answers[1].map(MemberRow.withConsortium), by: \.consortium)
        for index in consortia.indices {
            consortia[index].take(members[consortia[index].id, default: []].map(\.member))
        }
        return consortia
    }

    /// Whether a party is an auditor on any of some days.
    public func isAuditor(_ party: Int32, of consortium: Int32, on days: DateRange) async throws -> Bool {
        let rows = try await query(
            """
            SELECT FROM auditor_appointment
            WHERE consortium_id = \(consortium) AND party_id = \(party)
                AND valid_from < coalesce(\(nullable: days.end), 'infinity')
                AND coalesce(valid_until, 'infinity') > \(days.start)
            """)
        return rows.count > 0
    }

    private static func assemble(_ answers: [Rows], _ name: String) throws -> ConsortiumRow {
        var consortium = try answers[0].one("consortium", name) { row in try ConsortiumRow(&row) }
        consortium.take(try answers[1].map(MemberRow.withConsortium).map(\.member))
        return consortium
    }
}

extension ConsortiumRow {
    /// Until the founding the founders are those who have applied; afterwards applicants are not members yet.
    fileprivate mutating func take(_ candidates: [MemberRow]) {
        let isBeingFounded = [1, 3].contains(stateNumber)
        members = candidates.filter { isBeingFounded || $0.state != 1 }
    }
}

extension Session {
    /// Adds a consortium with its founders and its register, and makes it visible to the rest of the transaction.
    ///
    /// - Returns: its surrogate, which is also the number of its register.
    public func insert(_ consortium: ConsortiumRow, memberIDs: [String: Int32]) async throws -> Int32 {
        let rows = try await query("SELECT nextval('consortium_id_seq')::int")
        let id = try rows.decode(Int32.self, row: 0, column: 0)
        try await join(consortium.code, id)
        var statements: [SQL] = [
            """
            INSERT INTO consortium
                (consortium_id, consortium_code, display_name, legal_form, currency, coordination_party_id,
                    recorded_from)
            VALUES (\(id), \(consortium.code), \(consortium.displayName), \(consortium.legalForm),
                \(consortium.currency), \(principal.partyID), 0)
            """,
            VersionedTable.consortium.insert(consortium.version(id), at: 0),
            "SELECT create_register(\(id), \("consortia/" + consortium.code))",
        ]
        for member in consortium.members {
            statements.append(
                VersionedTable.membership.insert(
                    member.values(consortium: id, party: memberIDs[member.partyCode] ?? 0), at: 0))
        }
        statements.append(Store.forgetPrincipals)
        changedPrincipals = true
        _ = try await run(statements)
        return id
    }

    /// Records the next state or content of a consortium. Who may see it may change with it.
    public func record(_ consortium: ConsortiumRow, at position: Int64) async throws {
        changedPrincipals = true
        _ = try await run(
            VersionedTable.consortium.replace(
                where: "v.consortium_id = \(consortium.id)", with: consortium.version(consortium.id), at: position)
                + [Store.forgetPrincipals])
    }

    /// Appoints an auditor for some days.
    public func appointAuditor(
        _ partyID: Int32, to consortium: Int32, on days: DateRange, recordedFrom: Int64
    ) async throws {
        changedPrincipals = true
        _ = try await run([
            """
            INSERT INTO auditor_appointment (consortium_id, party_id, valid_from, valid_until, recorded_from)
            VALUES (\(consortium), \(partyID), \(days.start), \(nullable: days.end), \(recordedFrom))
            """,
            Store.forgetPrincipals,
        ])
    }
}

extension ConsortiumRow {
    fileprivate func version(_ id: Int32) -> SQL {
        "\(id), \(stateNumber), \(isOpenToApplications), \(comparesUsage), \(usageRetention), \(content)"
    }
}
