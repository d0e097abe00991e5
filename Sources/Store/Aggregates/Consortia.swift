public import Domain
internal import Postgres

/// A member of a consortium.
public struct MemberRow: Sendable, Equatable {
    public var partyCode: String
    public var voteWeight: Int32

    public init(partyCode: String, voteWeight: Int32) {
        self.partyCode = partyCode
        self.voteWeight = voteWeight
    }
}

/// A row of `consortium` with its members.
public struct ConsortiumRow: Sendable, Equatable {
    public var code: String
    public var displayName: String
    /// Number of the API's LegalForm.
    public var legalForm: Int16
    public var currency: String
    public var coordinationOffice: String
    /// Whether the founding has been decided.
    public var isFounded: Bool
    /// In ascending order of the codes.
    public var members: [MemberRow]

    public init(
        code: String, displayName: String, legalForm: Int16, currency: String, coordinationOffice: String,
        isFounded: Bool, members: [MemberRow]
    ) {
        self.code = code
        self.displayName = displayName
        self.legalForm = legalForm
        self.currency = currency
        self.coordinationOffice = coordinationOffice
        self.isFounded = isFounded
        self.members = members
    }

    init(_ row: inout Row) throws {
        code = try row.next(String.self)
        displayName = try row.next(String.self)
        legalForm = try row.next(Int16.self)
        currency = try row.next(String.self)
        coordinationOffice = try row.next(String.self)
        isFounded = try row.next(Bool.self)
        let codes = try row.next([String].self)
        let weights = try row.next([Int32].self)
        members = zip(codes, weights).map(MemberRow.init)
    }

    fileprivate static let selection: SQL = """
        SELECT k.consortium_code, k.display_name, k.legal_form, k.currency, o.party_code, k.founded_at IS NOT NULL,
            array_agg(p.party_code ORDER BY p.party_code), array_agg(m.vote_weight ORDER BY p.party_code)
        FROM consortium k
        JOIN party o ON o.party_id = k.coordination_party_id
        JOIN membership m ON m.consortium_id = k.consortium_id
        JOIN party p ON p.party_id = m.party_id
        """
}

extension Reader {
    /// One consortium.
    public func consortium(_ id: Int32, name: String) async throws -> ConsortiumRow {
        let rows = try await query(
            "\(ConsortiumRow.selection) WHERE k.consortium_id = \(id) GROUP BY k.consortium_id, o.party_code")
        return try rows.one("consortium", name) { row in try ConsortiumRow(&row) }
    }

    /// The same as known when its register had `size` entries.
    public func consortium(_ id: Int32, knownAt size: Int64, name: String) async throws -> ConsortiumRow {
        let rows = try await query(
            """
            SELECT k.consortium_code, k.display_name, k.legal_form, k.currency, o.party_code,
                k.founded_at IS NOT NULL AND k.founded_at < \(size),
                array_agg(p.party_code ORDER BY p.party_code), array_agg(m.vote_weight ORDER BY p.party_code)
            FROM consortium k
            JOIN party o ON o.party_id = k.coordination_party_id
            JOIN membership m ON m.consortium_id = k.consortium_id AND m.recorded_from < \(size)
            JOIN party p ON p.party_id = m.party_id
            WHERE k.consortium_id = \(id) AND k.recorded_from < \(size)
            GROUP BY k.consortium_id, o.party_code
            """)
        return try rows.one("consortium", name) { row in try ConsortiumRow(&row) }
    }

    /// Every consortium the caller takes part in.
    public func consortia() async throws -> [ConsortiumRow] {
        let rows = try await query(
            """
            \(ConsortiumRow.selection)
            GROUP BY k.consortium_id, o.party_code ORDER BY k.consortium_code
            """)
        return try rows.map { row in try ConsortiumRow(&row) }
    }

    /// Surrogates of a consortium's members by code.
    public func memberIDs(of consortium: Int32) async throws -> [String: Int32] {
        let rows = try await query(
            """
            SELECT p.party_code, p.party_id FROM membership m JOIN party p USING (party_id)
            WHERE m.consortium_id = \(consortium)
            """)
        let pairs = try rows.map { row in (try row.next(String.self), try row.next(Int32.self)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

extension Session {
    /// Adds a consortium with its members and its register, and makes it visible to the rest of the transaction.
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
            "SELECT create_register(\(id), \("consortia/" + consortium.code))",
        ]
        for member in consortium.members {
            let partyID = memberIDs[member.partyCode] ?? 0
            statements.append(
                """
                INSERT INTO membership (consortium_id, party_id, vote_weight, recorded_from)
                VALUES (\(id), \(partyID), \(member.voteWeight), 0)
                """)
        }
        statements.append(Store.forgetPrincipals)
        changedPrincipals = true
        _ = try await run(statements)
        return id
    }

    /// Marks a consortium as founded.
    public func found(_ consortium: Int32, at position: Int64) async throws {
        _ = try await query(
            "UPDATE consortium SET founded_at = \(position) WHERE consortium_id = \(consortium) AND founded_at IS NULL")
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
