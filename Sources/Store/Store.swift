internal import Domain
public import Postgres

/// The database under a principal's scope: reads on lanes, writes in leased transactions.
public struct Store: Sendable {
    /// The pool of connections.
    public let database: Database
    /// Connections for reports, to a standby where there is one.
    private let reports: Database?

    /// - Parameter reports: where long reads go, if not to `database`; a standby is waited for until it has what was
    ///   committed before, and passed over where it lags behind.
    public init(database: Database, reports: Database? = nil) {
        self.database = database
        self.reports = reports
    }

    /// Number of the platform's register; every other register has its consortium's number.
    public static let platformRegister: Int32 = 0

    /// Finds who a certificate speaks for, or nil when it is unknown or revoked.
    ///
    /// - Parameter digest: SHA-256 of the certificate's DER form.
    public func principal(certificate digest: [UInt8]) async throws -> Principal? {
        let answers = try await Failure.mapping {
            try await database.run([
                """
                SELECT party_id, party_code, role, consortium_ids, consortium_codes, expires_at
                FROM resolve_principal(\(digest))
                """,
                """
                SELECT party_id, party_code, purpose, consortium_id, consortium_code, valid_from, valid_until
                FROM resolve_mandates(\(digest))
                """,
            ])
        }
        guard answers[0].count == 1 else { return nil }
        var row = answers[0][0]
        let partyID = try row.next(Int32.self)
        let partyCode = try row.next(String.self)
        let number = try row.next(Int16.self)
        guard let role = PrincipalRole(rawValue: number) else { return nil }
        let ids = try row.next([Int32].self)
        let codes = try row.next([String].self)
        return Principal(
            partyID: partyID, partyCode: partyCode, role: role, credentialDigest: digest,
            consortia: Dictionary(uniqueKeysWithValues: zip(codes, ids)),
            mandates: try answers[1].map { row in try HeldMandate(&row) }.compactMap(\.self),
            expiry: try row.next(SQLTimestamp?.self)?.microsecondsSince1970)
    }

    /// Short reads for `principal`, on the lanes.
    public func reader(_ principal: Principal) -> ScopedReader {
        ScopedReader(database: database, principal: principal)
    }

    /// Reads for `principal` that may take longer than a lane allows: sums, exports, roots of long histories.
    public func reportReader(_ principal: Principal) -> ReportReader {
        ReportReader(database: database, reports: reports, principal: principal)
    }

    /// Runs `body` in one transaction under the principal's scope; what it adds to registers is committed with it.
    ///
    /// After a lost race, or a COMMIT whose answer was lost, it runs again: it must look for its own earlier answer
    /// first. What the database refuses is thrown as a `Failure`; a `DatabaseError` that comes through is our own
    /// fault.
    ///
    /// - Parameter timeLeft: what is left of the call's time: no statement goes on beyond it.
    public func write<T: Sendable>(
        as principal: Principal, within timeLeft: Duration? = nil, _ body: (Session) async throws -> T
    ) async throws -> T {
        try await Failure.mapping {
            try await Retry.afterLostRace {
                try await database.withTransaction(TransactionOptions(statementTimeout: timeLeft)) { transaction in
                    let session = Session(transaction: transaction, principal: principal)
                    _ = try await session.query(principal.scope)
                    let result = try await body(session)
                    try await session.writeRegisters()
                    return result
                }
            }
        }
    }
}
