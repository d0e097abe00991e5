internal import Domain
internal import Postgres

/// A row of `credential`.
public struct CredentialRow: Sendable, Equatable {
    /// SHA-256 of the certificate, 32 bytes.
    public var digest: [UInt8]
    public var partyCode: String
    public var role: PrincipalRole
    /// Whether it is refused now.
    public var hasEnded: Bool
    /// The moment from which on it is refused, microseconds since 1970-01-01T00:00:00Z; nil while no end is set.
    public var endsAt: Int64?

    public init(
        digest: [UInt8], partyCode: String, role: PrincipalRole, hasEnded: Bool = false, endsAt: Int64? = nil
    ) {
        self.digest = digest
        self.partyCode = partyCode
        self.role = role
        self.hasEnded = hasEnded
        self.endsAt = endsAt
    }

    init(_ row: inout Row) throws {
        digest = try row.next([UInt8].self)
        partyCode = try row.next(String.self)
        let number = try row.next(Int16.self)
        guard let role = PrincipalRole(rawValue: number) else {
            throw Failure(.internal, "a stored role has the unknown number \(number)")
        }
        self.role = role
        hasEnded = try row.next(Bool.self)
        endsAt = try row.next(SQLTimestamp?.self)?.microsecondsSince1970
    }

    fileprivate static let selection: SQL = """
        SELECT c.sha256, p.party_code, c.role, coalesce(c.ends_at <= now(), false), c.ends_at
        FROM credential c JOIN party p USING (party_id)
        """
}

extension Reader {
    /// At most `limit` credentials behind a digest, in ascending order: those of a party, or all where `code` is empty,
    /// as far as the caller may see them.
    public func credentials(of code: String, after digest: [UInt8], limit: Int) async throws -> [CredentialRow] {
        var condition: SQL = "c.sha256 > \(digest)"
        if !code.isEmpty { condition = "\(condition) AND c.party_id = \(PartyRow.id(of: code))" }
        let rows = try await query(
            "\(CredentialRow.selection) WHERE \(condition) ORDER BY c.sha256 LIMIT \(Int64(limit))")
        return try rows.map { row in try CredentialRow(&row) }
    }

    /// One credential.
    public func credential(_ digest: [UInt8], name: String) async throws -> CredentialRow {
        let rows = try await query("\(CredentialRow.selection) WHERE c.sha256 = \(digest)")
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

    /// Ends a credential from a moment on, microseconds since 1970-01-01T00:00:00Z, or at once; an end that was set
    /// before can only be brought forward. Every server then looks its callers up again and, where the end is now,
    /// closes the certificate's connections.
    ///
    /// - Returns: the moment.
    public func end(_ digest: [UInt8], from moment: Int64? = nil, at position: Int64) async throws -> Int64 {
        changedPrincipals = true
        let end = moment.map(SQLTimestamp.init(microsecondsSince1970:))
        let rows = try await run([
            """
            UPDATE credential SET ended_from = \(position), ends_at = coalesce(\(nullable: end), now())
            WHERE sha256 = \(digest) AND (ends_at IS NULL OR ends_at > coalesce(\(nullable: end), now()))
            RETURNING ends_at
            """,
            moment == nil ? Store.forgetCredential(digest) : Store.forgetPrincipals,
        ])[0]
        return try rows.one("credential", "credentials/") { row in
            try row.next(SQLTimestamp.self).microsecondsSince1970
        }
    }
}

/// What servers tell each other about who may see what.
public enum PrincipalsChange: Sendable, Equatable {
    /// Something has changed, or may have while this server did not hear it: look everybody up again.
    case anything
    /// A credential has ended, by SHA-256 of its certificate: close its connections too.
    case credentialEnded([UInt8])
    /// Listening has begun or begun again: credentials may have ended meanwhile.
    case mayHaveMissed
}

extension Store {
    /// Channel on which servers hear that who may see what has changed, with the certificate that has ended, in
    /// hexadecimal digits, or nothing. Rare by nature: never notified per commit.
    public static let principalsChannel = "allmende_principals"

    /// Calls `action` whenever any server has changed who may see what, or may have while this one did not hear it.
    public func onChangedPrincipals(_ action: @escaping @Sendable (PrincipalsChange) -> Void) {
        _ = database.listen([Store.principalsChannel]) { event in
            switch event {
            case .mayHaveMissed: action(.mayHaveMissed)
            case .notification(let notification):
                let digest = try? Digest32(notification.payload, field: "payload")
                action(digest.map { .credentialEnded($0.bytes) } ?? .anything)
            }
        }
    }

    /// SHA-256 of the certificates that have ended within the last seconds.
    public func credentialsEnded(within seconds: Int) async throws -> [[UInt8]] {
        let rows = try await Failure.mapping {
            try await database.query("SELECT ended_credentials(\(Int32(seconds)))")
        }
        return try rows.map { row in try row.next([UInt8].self) }
    }

    static let forgetPrincipals: SQL = "SELECT pg_notify('allmende_principals', '')"

    fileprivate static func forgetCredential(_ digest: [UInt8]) -> SQL {
        "SELECT pg_notify('allmende_principals', encode(\(digest), 'hex'))"
    }
}
