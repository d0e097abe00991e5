internal import Domain
internal import Postgres

/// A row of `credential`.
public struct CredentialRow: Sendable, Equatable {
    /// SHA-256 of the certificate, 32 bytes.
    public var digest: [UInt8]
    public var partyCode: String
    public var role: PrincipalRole
    public var isRevoked: Bool

    public init(digest: [UInt8], partyCode: String, role: PrincipalRole, isRevoked: Bool) {
        self.digest = digest
        self.partyCode = partyCode
        self.role = role
        self.isRevoked = isRevoked
    }

    init(_ row: inout Row) throws {
        digest = try row.next([UInt8].self)
        partyCode = try row.next(String.self)
        let number = try row.next(Int16.self)
        guard let role = PrincipalRole(rawValue: number) else {
            throw Failure(.internal, "a stored role has the unknown number \(number)")
        }
        self.role = role
        isRevoked = try row.next(Bool.self)
    }
}

extension Reader {
    /// Credentials of a party, or of all where `code` is empty, as far as the caller may see them.
    public func credentials(of code: String) async throws -> [CredentialRow] {
        let rows = try await query(
            """
            SELECT c.sha256, p.party_code, c.role, c.revoked_from IS NOT NULL
            FROM credential c JOIN party p USING (party_id)
            WHERE \(code) = '' OR p.party_code = \(code)
            ORDER BY c.sha256
            """)
        return try rows.map { row in try CredentialRow(&row) }
    }

    /// One credential.
    public func credential(_ digest: [UInt8], name: String) async throws -> CredentialRow {
        let rows = try await query(
            """
            SELECT c.sha256, p.party_code, c.role, c.revoked_from IS NOT NULL
            FROM credential c JOIN party p USING (party_id) WHERE c.sha256 = \(digest)
            """)
        return try rows.one("credential", name) { row in try CredentialRow(&row) }
    }
}

extension Session {
    /// Adds a credential at a position of the platform's register.
    public func insert(_ credential: CredentialRow, partyID: Int32, recordedFrom: Int64) async throws {
        _ = try await query(
            """
            INSERT INTO credential (sha256, party_id, role, recorded_from)
            VALUES (\(credential.digest), \(partyID), \(credential.role.rawValue), \(recordedFrom))
            """)
    }

    /// Ends a credential and tells every server to forget its principals.
    public func revoke(_ digest: [UInt8], at position: Int64) async throws {
        changedPrincipals = true
        _ = try await run([
            "UPDATE credential SET revoked_from = \(position) WHERE sha256 = \(digest) AND revoked_from IS NULL",
            Store.forgetPrincipals,
        ])
    }
}

extension Store {
    /// Channel on which servers hear that who may see what has changed. Rare by nature: never notified per commit.
    public static let principalsChannel = "allmende_principals"

    /// Calls `action` whenever any server has changed who may see what, or may have while this one did not hear it.
    public func onChangedPrincipals(_ action: @escaping @Sendable () -> Void) {
        _ = database.listen([Store.principalsChannel]) { _ in action() }
    }

    static let forgetPrincipals: SQL = "SELECT pg_notify('allmende_principals', '')"
}
