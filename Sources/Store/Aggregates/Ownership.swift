public import Domain
internal import Postgres

/// Who owns an application in a range of days, as recorded at a position.
public struct OwnershipRow: Sendable, Equatable {
    public var shares: [(party: String, share: Fraction)]
    public var validFrom: CivilDate
    public var validUntil: CivilDate?
    public var recordedFrom: Int64

    public static func == (left: OwnershipRow, right: OwnershipRow) -> Bool {
        left.shares.elementsEqual(right.shares) { $0.party == $1.party && $0.share == $1.share }
            && left.validFrom == right.validFrom && left.validUntil == right.validUntil
            && left.recordedFrom == right.recordedFrom
    }
}

extension Reader {
    /// The distribution on `day`, as known when the consortium's register had `size` entries; nil when there is none.
    public func ownership(
        of application: Int32, in consortium: Int32, on day: CivilDate, knownAt size: Int64
    ) async throws -> OwnershipRow? {
        let rows = try await query(
            """
            SELECT p.party_code, s.numerator, s.denominator, s.valid_from, s.valid_until, s.recorded_from
            FROM ownership_share s JOIN party p USING (party_id)
            WHERE s.consortium_id = \(consortium) AND s.application_id = \(application)
                AND s.valid_from <= \(day) AND (s.valid_until IS NULL OR s.valid_until > \(day))
                AND s.recorded_from < \(size) AND (s.recorded_until IS NULL OR s.recorded_until >= \(size))
            ORDER BY p.party_code
            """)
        var ownership: OwnershipRow?
        for index in 0..<rows.count {
            var row = rows[index]
            let party = try row.next(String.self)
            let numerator = try row.next(Int64.self)
            let denominator = try row.next(Int64.self)
            let share = try Fraction(numerator, denominator, field: "share")
            if ownership == nil {
                ownership = OwnershipRow(
                    shares: [], validFrom: try row.next(CivilDate.self), validUntil: try row.next(CivilDate?.self),
                    recordedFrom: try row.next(Int64.self))
            }
            ownership?.shares.append((party, share))
        }
        return ownership
    }
}

extension Session {
    /// Sets the distribution from a day on. Rows that reach into that time are closed and, where they began earlier,
    /// recorded anew up to that day.
    public func setOwnership(
        of application: Int32, in consortium: Int32, shares: [(party: Int32, share: Fraction)], from day: CivilDate,
        at position: Int64
    ) async throws {
        var statements: [SQL] = [
            """
            WITH closed AS (
                UPDATE ownership_share SET recorded_until = \(position)
                WHERE consortium_id = \(consortium) AND application_id = \(application) AND recorded_until IS NULL
                    AND (valid_until IS NULL OR valid_until > \(day))
                RETURNING party_id, numerator, denominator, valid_from)
            INSERT INTO ownership_share
                (consortium_id, application_id, party_id, numerator, denominator, valid_from, valid_until,
                    recorded_from)
            SELECT \(consortium), \(application), party_id, numerator, denominator, valid_from, \(day), \(position)
            FROM closed WHERE valid_from < \(day)
            """
        ]
        for (party, share) in shares {
            statements.append(
                """
                INSERT INTO ownership_share
                    (consortium_id, application_id, party_id, numerator, denominator, valid_from, recorded_from)
                VALUES (\(consortium), \(application), \(party), \(share.numerator), \(share.denominator), \(day),
                    \(position))
                """)
        }
        _ = try await run(statements)
    }
}
